// SPDX-License-Identifier: Apache-2.0
// What rtnetlink(7) knows of the engine's own network namespace, in the form
// that core/parse/netlink.h reads.
#pragma once

#include <string>
#include <unordered_map>

#include "core/host/host.h"

namespace vigil {

// RTM_GETLINK: every interface with its counters.
Result<std::string> link_dump(const Host& host);
// RTM_GETADDR: every IPv4 and IPv6 address.
Result<std::string> address_dump(const Host& host);
// RTM_GETNEIGH: the ARP and the neighbour discovery cache.
Result<std::string> neighbour_dump(const Host& host);
// RTM_GETROUTE: all routing tables of IPv4 and IPv6.
Result<std::string> route_dump(const Host& host);

// The interfaces by their number, as all other dumps name them.
class InterfaceNames {
 public:
  static Result<InterfaceNames> read(const Host& host);

  struct Interface {
    std::string name;
    uint32_t flags = 0;
  };
  // Null for a number that no interface has, or had when they were read.
  const Interface* find(int64_t index) const;

 private:
  std::unordered_map<int64_t, Interface> interfaces_;
};

}  // namespace vigil
