// SPDX-License-Identifier: Apache-2.0
#include "core/host/rtnetlink.h"

#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "core/host/netlink.h"
#include "core/parse/netlink.h"

namespace vigil {
namespace {

struct LinkRequest {
  ifinfomsg head = {};
  rtattr attribute = {sizeof(rtattr) + sizeof(uint32_t), IFLA_EXT_MASK};
  uint32_t mask = 0;
};

Result<std::string> links(const Host& host, uint32_t mask) {
  LinkRequest request;
  request.mask = mask;
  return Netlink(host).dump("rtm_getlink", NETLINK_ROUTE, RTM_GETLINK, request);
}

}  // namespace

Result<std::string> link_dump(const Host& host) { return links(host, 0); }
Result<std::string> address_dump(const Host& host) { return Netlink(host).dump("rtm_getaddr", NETLINK_ROUTE, RTM_GETADDR, ifaddrmsg{}); }
Result<std::string> neighbour_dump(const Host& host) { return Netlink(host).dump("rtm_getneigh", NETLINK_ROUTE, RTM_GETNEIGH, ndmsg{}); }
Result<std::string> route_dump(const Host& host) { return Netlink(host).dump("rtm_getroute", NETLINK_ROUTE, RTM_GETROUTE, rtmsg{}); }

Result<InterfaceNames> InterfaceNames::read(const Host& host) {
  const auto dump = links(host, RTEXT_FILTER_SKIP_STATS);
  if (!dump) return dump.error();
  InterfaceNames names;
  for (auto& link : parse::links(*dump)) names.interfaces_.try_emplace(link.index, Interface{std::move(link.name), link.flags});
  return names;
}

const InterfaceNames::Interface* InterfaceNames::find(int64_t index) const {
  const auto at = interfaces_.find(index);
  return at == interfaces_.end() ? nullptr : &at->second;
}

}  // namespace vigil
