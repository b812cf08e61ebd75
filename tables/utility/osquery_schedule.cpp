// SPDX-License-Identifier: Apache-2.0
// osquery_schedule: the scheduled queries and their costs.

#include "osquery_schedule.gen.h"

#include "core/sql/engine.h"

namespace vigil::tables::osquery_schedule {

sql::Rows<Row> scan(Query query) {
  for (const sql::ScheduleInfo& info : query.engine().schedule()) {
    Row row;
    row.name = info.name;
    row.query = info.query;
    row.interval = static_cast<int64_t>(info.interval);
    row.executions = info.executions;
    row.last_executed = info.last_executed;
    row.denylisted = info.denylisted;
    row.output_size = info.output_size;
    row.wall_time = info.wall_time;
    row.wall_time_ms = info.wall_time_ms;
    row.last_wall_time_ms = info.last_wall_time_ms;
    row.user_time = info.user_time;
    row.last_user_time = info.last_user_time;
    row.system_time = info.system_time;
    row.last_system_time = info.last_system_time;
    row.average_memory = info.average_memory;
    row.last_memory = info.last_memory;
    row.pack = info.pack;
    row.cron = info.cron;
    row.next_execution = info.next_execution;
    row.last_rows = info.last_rows;
    row.errors = info.errors;
    row.last_error = info.last_error;
    co_yield row;
  }
}

}  // namespace vigil::tables::osquery_schedule
