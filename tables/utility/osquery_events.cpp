// SPDX-License-Identifier: Apache-2.0
// osquery_events: publishers of events and subscribers to them.

#include "osquery_events.gen.h"

#include "core/sql/engine.h"

namespace vigil::tables::osquery_events {

sql::Rows<Row> scan(Query query) {
  for (const sql::EventInfo& event : query.engine().events()) {
    Row row;
    row.name = event.name;
    row.publisher = event.publisher;
    row.type = event.type;
    row.subscriptions = event.subscriptions;
    row.events = event.events;
    row.refreshes = event.refreshes;
    row.active = event.active;
    co_yield row;
  }
}

}  // namespace vigil::tables::osquery_events
