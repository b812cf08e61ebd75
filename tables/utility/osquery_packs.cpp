// SPDX-License-Identifier: Apache-2.0
// osquery_packs: the query packs and whether they are for this host.

#include "osquery_packs.gen.h"

#include "core/sql/engine.h"

namespace vigil::tables::osquery_packs {

sql::Rows<Row> scan(Query query) {
  for (const sql::PackInfo& pack : query.engine().packs()) {
    Row row;
    row.name = pack.name;
    row.platform = pack.platform;
    row.version = pack.version;
    row.shard = pack.shard;
    row.discovery_cache_hits = pack.discovery_cache_hits;
    row.discovery_executions = pack.discovery_executions;
    row.active = pack.active;
    co_yield row;
  }
}

}  // namespace vigil::tables::osquery_packs
