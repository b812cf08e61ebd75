// SPDX-License-Identifier: Apache-2.0
// arp_cache: what "ip neighbour" lists, and entries that were tried in vain.

#include "arp_cache.gen.h"

#include <linux/neighbour.h>

#include "core/host/rtnetlink.h"
#include "core/parse/netlink.h"

namespace vigil::tables::arp_cache {

sql::Rows<Row> scan(Query query) {
  const std::string dump = co_await neighbour_dump(query.host());
  const InterfaceNames names = co_await InterfaceNames::read(query.host());

  for (const auto& neighbour : parse::neighbours(dump)) {
    // Multicast groups and the like, whose hardware address needs no asking.
    if (neighbour.state == NUD_NONE || neighbour.state & NUD_NOARP) continue;
    Row row;
    row.address = neighbour.address;
    row.mac = neighbour.mac.empty() ? "00:00:00:00:00:00" : neighbour.mac;
    if (const auto* interface = names.find(neighbour.index)) row.interface = interface->name;
    row.permanent = std::string(1, neighbour.state & NUD_PERMANENT ? '1' : '0');
    co_yield row;
  }
}

}  // namespace vigil::tables::arp_cache
