// SPDX-License-Identifier: Apache-2.0
// interface_addresses: what "ip address" lists.

#include "interface_addresses.gen.h"

#include <net/if.h>

#include "core/host/rtnetlink.h"
#include "core/parse/netlink.h"

namespace vigil::tables::interface_addresses {

sql::Rows<Row> scan(Query query) {
  const std::string dump = co_await address_dump(query.host());
  const InterfaceNames names = co_await InterfaceNames::read(query.host());

  for (const auto& address : parse::interface_addresses(dump)) {
    const auto* interface = names.find(address.index);
    Row row;
    if (!address.label.empty()) {
      row.interface = address.label;
    } else if (interface) {
      row.interface = interface->name;
    }
    row.address = address.address;
    row.mask = parse::mask_text(address.prefix, address.ipv6);
    if (!address.broadcast.empty()) row.broadcast = address.broadcast;
    // IPv4 addresses always come with a peer: the address itself where there is none.
    const bool alone = address.peer == address.address && (!interface || interface->flags & IFF_BROADCAST);
    if (!address.peer.empty() && !alone) row.point_to_point = address.peer;
    row.type = "unknown";
    co_yield row;
  }
}

}  // namespace vigil::tables::interface_addresses
