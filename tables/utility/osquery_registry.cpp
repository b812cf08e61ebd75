// SPDX-License-Identifier: Apache-2.0
// osquery_registry: the plugins of this program.

#include "osquery_registry.gen.h"

#include "core/sql/engine.h"

namespace vigil::tables::osquery_registry {

sql::Rows<Row> scan(Query query) {
  for (const sql::PluginInfo& plugin : query.engine().plugins()) {
    Row row;
    row.registry = plugin.registry;
    row.name = plugin.name;
    row.owner_uuid = plugin.owner;
    row.internal = plugin.internal;
    row.active = plugin.active;
    co_yield row;
  }
}

}  // namespace vigil::tables::osquery_registry
