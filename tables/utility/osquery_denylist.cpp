// SPDX-License-Identifier: Apache-2.0
// osquery_denylist: the queries that are not run, and why.

#include "osquery_denylist.gen.h"

#include "core/sql/engine.h"

namespace vigil::tables::osquery_denylist {

sql::Rows<Row> scan(Query query) {
  for (const sql::DenialInfo& denial : query.engine().denials()) {
    Row row;
    row.name = denial.name;
    row.reason = denial.reason;
    row.since = denial.since;
    row.expires = denial.expires;
    row.times = denial.times;
    row.wall_ms = denial.wall_ms;
    row.cpu_ms = denial.cpu_ms;
    row.memory = denial.memory;
    co_yield row;
  }
}

}  // namespace vigil::tables::osquery_denylist
