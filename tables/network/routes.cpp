// SPDX-License-Identifier: Apache-2.0
// routes: what "ip route show table all" lists, for both families.

#include "routes.gen.h"

#include <linux/rtnetlink.h>

#include "core/host/rtnetlink.h"
#include "core/parse/netlink.h"

namespace vigil::tables::routes {
namespace {

const char* type_name(uint8_t type) {
  switch (type) {
    case RTN_UNICAST: return "gateway";
    case RTN_LOCAL: return "local";
    case RTN_BROADCAST: return "broadcast";
    case RTN_ANYCAST: return "anycast";
    default: return "other";
  }
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const std::string dump = co_await route_dump(query.host());
  const InterfaceNames names = co_await InterfaceNames::read(query.host());

  std::string_view rest = dump;
  while (const auto route = parse::cut_route(rest)) {
    Row row;
    row.type = type_name(route->type);
    if (!query.keys.type.admits(*row.type)) continue;
    row.destination = route->destination;
    row.netmask = route->prefix;
    if (!route->source.empty()) row.source = route->source;
    row.mtu = route->mtu.value_or(0);
    row.metric = route->metric.value_or(0);
    row.hopcount = route->hop_limit.value_or(0);
    row.table_id = route->table;
    for (const auto& hop : route->hops) {
      row.flags = route->flags | hop.flags;
      row.gateway = hop.gateway.empty() ? sql::Text() : hop.gateway;
      const auto* interface = names.find(hop.index);
      row.interface = interface ? sql::Text(interface->name) : sql::Text();
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::routes
