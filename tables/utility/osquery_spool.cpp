// SPDX-License-Identifier: Apache-2.0
// osquery_spool: what waits for the loggers.

#include "osquery_spool.gen.h"

#include "core/sql/engine.h"

namespace vigil::tables::osquery_spool {

sql::Rows<Row> scan(Query query) {
  for (const sql::SpoolInfo& spool : query.engine().spool()) {
    Row row;
    row.kind = spool.kind;
    row.lines = spool.records;
    row.bytes = spool.bytes;
    row.dropped = spool.dropped;
    co_yield row;
  }
}

}  // namespace vigil::tables::osquery_spool
