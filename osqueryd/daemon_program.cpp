// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/daemon_program.h"

#include <algorithm>

#include "osqueryd/settings.h"

namespace vigil {

std::vector<sql::PluginInfo> DaemonProgram::plugins() const {
  const auto options = this->options();
  const Options& values = options->values();
  std::vector<sql::PluginInfo> plugins = Program::plugins();
  plugins.push_back({"config", "filesystem", 0, false, values.config_plugin == "filesystem"});
  plugins.push_back({"database", "ephemeral", 0, false, keeps_store_in_memory(*options)});
  plugins.push_back({"database", "rocksdb", 0, false, !keeps_store_in_memory(*options)});
  const std::vector<std::string> active = active_loggers(values);
  for (const char* name : {"filesystem", "stdout", "syslog"}) {
    const bool used = std::find(active.begin(), active.end(), name) != active.end();
    plugins.push_back({"logger", name, 0, false, used});
  }
  return plugins;
}

void DaemonProgram::attach(const Parts& parts) {
  parts_ = parts;
  attached_ = true;
}

std::vector<sql::ScheduleInfo> DaemonProgram::schedule() const { return attached_ ? parts_.scheduler->schedule() : std::vector<sql::ScheduleInfo>(); }

std::vector<sql::PackInfo> DaemonProgram::packs() const { return attached_ ? parts_.scheduler->packs() : std::vector<sql::PackInfo>(); }

std::vector<sql::RunningInfo> DaemonProgram::running() const { return attached_ ? parts_.runner->running() : std::vector<sql::RunningInfo>(); }

std::vector<sql::DenialInfo> DaemonProgram::denials() const {
  return attached_ ? parts_.denylist->entries(parts_.clock->unix_time()) : std::vector<sql::DenialInfo>();
}

std::vector<sql::SpoolInfo> DaemonProgram::spool() const {
  if (!attached_) return {};
  constexpr const char* names[] = {"alert", "status", "result", "snapshot"};
  const auto depth = parts_.spool->depth();
  std::vector<sql::SpoolInfo> kinds;
  for (size_t i = 0; i < log::kinds; ++i)
    kinds.push_back({names[i], static_cast<int64_t>(depth[i].records), static_cast<int64_t>(depth[i].bytes), static_cast<int64_t>(depth[i].dropped)});
  return kinds;
}

}  // namespace vigil
