// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/loggers.h"

#include <algorithm>
#include <utility>

#include "core/parse/text.h"

namespace vigil::log {
namespace {

constexpr std::string_view present[] = {"filesystem", "stdout", "syslog", "none"};
// Names that --logger_plugin may have and that need a library which this build is without.
constexpr std::string_view absent[] = {"tls", "kafka_producer", "aws_kinesis", "aws_firehose"};

}  // namespace

std::vector<std::string> logger_names(const std::string& comma_list) {
  std::vector<std::string> names;
  for (std::string_view rest = comma_list; !rest.empty();) {
    const std::string name(parse::trim(parse::cut(rest, ',')));
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

bool is_logger(const std::string& name) {
  return std::find(std::begin(present), std::end(present), name) != std::end(present) ||
         std::find(std::begin(absent), std::end(absent), name) != std::end(absent);
}

Result<std::unique_ptr<Logger>> make_logger(const std::string& name, GetSettings settings, Log& log, const Clock& clock) {
  if (name == "filesystem") return make_filesystem_logger(std::move(settings), log, clock);
  if (name == "stdout") return make_stdout_logger(std::move(settings));
  if (name == "syslog") return make_syslog_logger(std::move(settings), log, clock);
  if (name == "none") return std::unique_ptr<Logger>();
  if (std::find(std::begin(absent), std::end(absent), name) != std::end(absent)) return Error{"this build has no logger '" + name + "'"};
  return Error{"there is no logger '" + name + "'; there are filesystem, stdout, syslog and none"};
}

}  // namespace vigil::log
