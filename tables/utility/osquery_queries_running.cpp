// SPDX-License-Identifier: Apache-2.0
// osquery_queries_running: the queries that run at this moment.

#include "osquery_queries_running.gen.h"

#include "core/sql/engine.h"

namespace vigil::tables::osquery_queries_running {

sql::Rows<Row> scan(Query query) {
  for (const sql::RunningInfo& run : query.engine().running()) {
    Row row;
    row.id = static_cast<int64_t>(run.id);
    row.name = run.name;
    row.query = run.query;
    row.lane = run.lane;
    row.started = run.started;
    row.wall_ms = run.wall_ms;
    row.cpu_ms = run.cpu_ms;
    row.rows = run.rows;
    row.memory = run.memory;
    co_yield row;
  }
}

}  // namespace vigil::tables::osquery_queries_running
