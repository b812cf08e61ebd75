// SPDX-License-Identifier: Apache-2.0
// DaemonProgram: what a daemon tells about itself, beyond what every program does.
#pragma once

#include <atomic>
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
  // Before that, there is no schedule to tell of. Once; the parts have to live until the last query has ended.
  void attach(const Parts& parts);

  std::vector<sql::PluginInfo> plugins() const override;
  std::vector<sql::ScheduleInfo> schedule() const override;
  std::vector<sql::PackInfo> packs() const override;
  std::vector<sql::RunningInfo> running() const override;
  std::vector<sql::DenialInfo> denials() const override;
  std::vector<sql::SpoolInfo> spool() const override;

 private:
  Parts parts_;
  std::atomic<bool> attached_ = false;  // after parts_ is set
};

}  // namespace vigil
