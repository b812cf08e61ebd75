// SPDX-License-Identifier: Apache-2.0
// DaemonProgram: what a daemon tells about itself, beyond what every program does.
#pragma once

#include <vector>

#include "osqueryd/log/spool.h"
#include "osqueryd/program.h"
#include "osqueryd/schedule/denylist.h"
#include "osqueryd/schedule/runner.h"
#include "osqueryd/schedule/scheduler.h"

namespace vigil {

class DaemonProgram final : public Program {
 public:
  using Program::Program;

  struct Parts {
    const schedule::Scheduler* scheduler = nullptr;
    const schedule::Runner* runner = nullptr;
    const schedule::Denylist* denylist = nullptr;
    const log::Spool* spool = nullptr;
    const Clock* clock = nullptr;
  };
  using Program::attach;
  // Before the first query runs. The parts have to live until the last one has ended.
  void attach(Parts parts) { parts_ = parts; }

  std::vector<sql::PluginInfo> plugins() const override;
  std::vector<sql::ScheduleInfo> schedule() const override { return parts_.scheduler->schedule(); }
  std::vector<sql::PackInfo> packs() const override { return parts_.scheduler->packs(); }
  std::vector<sql::RunningInfo> running() const override { return parts_.runner->running(); }
  std::vector<sql::DenialInfo> denials() const override { return parts_.denylist->entries(parts_.clock->unix_time()); }
  std::vector<sql::SpoolInfo> spool() const override;

 private:
  Parts parts_;
};

}  // namespace vigil
