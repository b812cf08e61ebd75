// SPDX-License-Identifier: Apache-2.0
// The loggers of this build, by name.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "osqueryd/log/logger.h"
#include "osqueryd/log/status.h"

namespace vigil::log {

struct LoggerSettings {
  std::string path = "/var/log/osquery/";  // --logger_path
  mode_t mode = 0640;                      // --logger_mode
  bool rotate = false;                     // --logger_rotate
  uint64_t rotate_size = 26214400;         // --logger_rotate_size
  uint64_t rotate_max_files = 25;          // --logger_rotate_max_files
  std::string program = "osqueryd";

  int syslog_facility = 19;  // --logger_syslog_facility; outside 0-23 as 19
  bool syslog_cee = false;   // --logger_syslog_prepend_cee
  bool rfc5424 = false;      // --logger_syslog_rfc5424
  std::string syslog_socket = "/dev/log";

  int stdout_fd = 1;
  // How stdout and syslog write a status line; empty: as osquery does.
  std::function<std::string(const Status&)> status_line;
};
// Asked for when the logger is made and when it reopens, from the thread that does it.
using GetSettings = std::function<LoggerSettings()>;

// The names of --logger_plugin, each once.
std::vector<std::string> logger_names(const std::string& comma_list);

// True for a name that this build knows, be it as one that it has to do without.
bool is_logger(const std::string& name);

// The logger of that name; no pointer for "none". Log and clock have to outlive it.
Result<std::unique_ptr<Logger>> make_logger(const std::string& name, GetSettings settings, Log& log, const Clock& clock);

std::unique_ptr<Logger> make_filesystem_logger(GetSettings settings, Log& log, const Clock& clock);
std::unique_ptr<Logger> make_stdout_logger(GetSettings settings);
std::unique_ptr<Logger> make_syslog_logger(GetSettings settings, Log& log, const Clock& clock);

}  // namespace vigil::log
