// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/daemon_program.h"

#include <algorithm>

#include "osqueryd/settings.h"

namespace vigil {

std::vector<sql::PluginInfo> DaemonProgram::plugins() const {
  const auto options = this->options();
  const Options& values = options->values();
  std::vector<sql::PluginInfo> plugins = Program::plugins();
  plugins.push_back({"config", "filesystem", 0, false, true});
  plugins.push_back({"database", "ephemeral", 0, false, keeps_store_in_memory(*options)});
  plugins.push_back({"database", "rocksdb", 0, false, !keeps_store_in_memory(*options)});
  const std::vector<std::string> active = active_loggers(values);
  for (const char* name : {"filesystem", "stdout", "syslog"}) {
    const bool used = std::find(active.begin(), active.end(), name) != active.end();
    plugins.push_back({"logger", name, 0, false, used});
  }
  return plugins;
}

std::vector<sql::SpoolInfo> DaemonProgram::spool() const {
  constexpr const char* names[] = {"alert", "status", "result", "snapshot"};
  const auto depth = parts_.spool->depth();
  std::vector<sql::SpoolInfo> kinds;
  for (size_t i = 0; i < log::kinds; ++i)
    kinds.push_back({names[i], static_cast<int64_t>(depth[i].records), static_cast<int64_t>(depth[i].bytes), static_cast<int64_t>(depth[i].dropped)});
  return kinds;
}

}  // namespace vigil
