// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/control.h"

#include <algorithm>
#include <ctime>

#include "core/parse/text.h"

namespace vigil {
namespace {

std::string local_time(int64_t unix_time) {
  const time_t seconds = unix_time;
  tm parts{};
  char text[32];
  ::localtime_r(&seconds, &parts);
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts)};
}

// Of a terminal's line, the SQL gets what is left.
std::string start_of(const std::string& text) {
  constexpr size_t most = 80;
  std::string line = text.substr(0, most);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return line + (text.size() > most ? "..." : "");
}

std::string status_text(const sql::Engine& engine, const std::string& config_error) {
  const sql::ProgramInfo info = engine.program();
  const auto schedule = engine.schedule();
  std::string text = "version        " + info.version + "\n";
  text += "pid            " + std::to_string(info.pid) + ", since " + local_time(info.start_time) + "\n";
  text += "configuration  " + (config_error.empty() ? info.config_valid ? "valid, " + info.config_hash : "none" : config_error) + "\n";
  text += "schedule       " + std::to_string(schedule.size()) + " queries, " + std::to_string(engine.running().size()) + " tasks running\n";
  for (const sql::DenialInfo& denial : engine.denials())
    text += "denied         " + denial.name + " until " + local_time(denial.expires) + ": " + denial.reason + "\n";
  for (const sql::SpoolInfo& spool : engine.spool())
    if (spool.records > 0 || spool.dropped > 0)
      text +=
          "spool          " + spool.kind + ": " + std::to_string(spool.records) + " lines wait, " + std::to_string(spool.dropped) + " were dropped\n";
  for (const sql::ScheduleInfo& query : schedule)
    if (!query.last_error.empty()) text += "trouble        " + query.last_error + "\n";
  return text;
}

std::string queries_text(const std::vector<sql::RunningInfo>& running) {
  std::string text;
  for (const sql::RunningInfo& run : running)
    text += std::to_string(run.id) + "  " + run.lane + "  " + std::to_string(run.wall_ms) + " ms  " + std::to_string(run.rows) + " rows  " +
            run.name + "  " + start_of(run.query) + "\n";
  return text.empty() ? "no query is running\n" : text;
}

}  // namespace

Result<std::string> run_control(const ControlParts& parts, const std::string& verb, const std::string& argument) {
  if (verb == "reload") {
    parts.reload();
    if (std::string error = parts.config_error(); !error.empty()) return Error{std::move(error)};
    return std::string("the configuration is loaded\n");
  }
  if (verb == "status") return status_text(parts.engine, parts.config_error());
  if (verb == "queries") return queries_text(parts.runner.running());
  if (verb == "allow") {
    if (!parts.scheduler.allow(argument)) return Error{"no query named '" + argument + "' is denied"};
    parts.log.info("Scheduled query " + argument + " is allowed again");
    return argument + " runs again when it is due\n";
  }
  if (verb == "cancel") {
    const auto id = parse::number<uint64_t>(argument);
    if (!id || !parts.runner.cancel(*id, "it was cancelled by osqueryctl")) return Error{"no query runs as number '" + argument + "'"};
    return "query " + argument + " is cancelled\n";
  }
  return Error{"unknown command '" + verb + "'; known are reload, status, queries, allow NAME and cancel ID"};
}

}  // namespace vigil
