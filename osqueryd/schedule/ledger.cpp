// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/ledger.h"

#include "core/parse/text.h"

namespace vigil::schedule {
namespace {

using sql::ScheduleInfo;

constexpr int64_t ScheduleInfo::*order[] = {
    &ScheduleInfo::executions,        &ScheduleInfo::last_executed,  &ScheduleInfo::wall_time,      &ScheduleInfo::wall_time_ms,
    &ScheduleInfo::last_wall_time_ms, &ScheduleInfo::user_time,      &ScheduleInfo::last_user_time, &ScheduleInfo::system_time,
    &ScheduleInfo::last_system_time,  &ScheduleInfo::average_memory, &ScheduleInfo::last_memory,    &ScheduleInfo::output_size,
};

}  // namespace

void add_run(ScheduleInfo& ledger, const Usage& used, int64_t time) {
  const auto milliseconds = [](int64_t us) { return (us + 500) / 1000; };
  ledger.last_executed = time;
  ledger.last_wall_time_ms = milliseconds(used.wall);
  ledger.wall_time_ms += ledger.last_wall_time_ms;
  ledger.wall_time = ledger.wall_time_ms / 1000;
  ledger.last_user_time = milliseconds(used.user);
  ledger.user_time += ledger.last_user_time;
  ledger.last_system_time = milliseconds(used.system);
  ledger.system_time += ledger.last_system_time;
  ledger.last_memory = used.memory;
  ledger.average_memory = (ledger.average_memory * ledger.executions + used.memory) / (ledger.executions + 1);
  ledger.output_size += used.output_size;
  ++ledger.executions;
}

std::string pack_ledger(const ScheduleInfo& ledger) {
  std::string text;
  for (const auto field : order) text += std::to_string(ledger.*field) + ",";
  return text + ledger.query;
}

std::string_view ledger_sql(std::string_view text) {
  for (size_t i = 0; i < std::size(order); ++i) parse::cut(text, ',');
  return text;
}

void unpack_ledger(std::string_view text, ScheduleInfo& ledger) {
  for (const auto field : order) ledger.*field = parse::number(parse::cut(text, ',')).value_or(0);
}

}  // namespace vigil::schedule
