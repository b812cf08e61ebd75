// SPDX-License-Identifier: Apache-2.0
#include "core/parse/netlink.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>

namespace vigil::parse {
namespace {

constexpr size_t aligned(size_t length) { return (length + 3) & ~size_t{3}; }

std::string_view after(std::string_view body, size_t fixed) { return body.substr(std::min(body.size(), aligned(fixed))); }

std::optional<uint32_t> number32(std::string_view value) {
  if (value.size() < 4) return std::nullopt;
  return fixed_part<uint32_t>(value);
}

std::string zero_ended(std::string_view value) { return std::string(value.substr(0, value.find('\0'))); }

template <class Stats>
LinkCounters counters(std::string_view value) {
  const auto s = fixed_part<Stats>(value);
  return {s.rx_packets, s.tx_packets, s.rx_bytes, s.tx_bytes, s.rx_errors, s.tx_errors, s.rx_dropped, s.tx_dropped, s.collisions};
}

// A next hop's gateway from RTA_VIA: an address of another family than the route's.
std::string via(std::string_view value) { return value.size() < 2 ? std::string() : address_text(value.substr(2)); }

void add_hops(Route& route, std::string_view rest) {
  while (rest.size() >= sizeof(rtnexthop)) {
    const auto head = fixed_part<rtnexthop>(rest);
    if (head.rtnh_len < sizeof head || head.rtnh_len > rest.size()) return;
    NextHop hop;
    hop.index = head.rtnh_ifindex;
    hop.flags = head.rtnh_flags;
    std::string_view attributes = rest.substr(sizeof head, head.rtnh_len - sizeof head);
    while (const auto a = cut_attribute(attributes)) {
      if (a->type == RTA_GATEWAY) hop.gateway = address_text(a->value);
      if (a->type == RTA_VIA) hop.gateway = via(a->value);
    }
    route.hops.push_back(std::move(hop));
    rest.remove_prefix(std::min(rest.size(), aligned(head.rtnh_len)));
  }
}

void add_metrics(Route& route, std::string_view rest) {
  while (const auto a = cut_attribute(rest)) {
    if (a->type == RTAX_MTU) route.mtu = number32(a->value);
    if (a->type == RTAX_HOPLIMIT) route.hop_limit = number32(a->value);
  }
}

Route to_route(const NetlinkMessage& message) {
  const auto head = fixed_part<rtmsg>(message.body);
  Route route;
  route.ipv6 = head.rtm_family == AF_INET6;
  route.prefix = head.rtm_dst_len;
  route.flags = head.rtm_flags;
  route.type = head.rtm_type;
  route.table = head.rtm_table;
  route.destination = route.ipv6 ? "::" : "0.0.0.0";
  NextHop single;
  std::string_view attributes = after(message.body, sizeof head);
  while (const auto a = cut_attribute(attributes)) {
    switch (a->type) {
      case RTA_DST: route.destination = address_text(a->value); break;
      case RTA_PREFSRC: route.source = address_text(a->value); break;
      case RTA_GATEWAY: single.gateway = address_text(a->value); break;
      case RTA_VIA: single.gateway = via(a->value); break;
      case RTA_OIF: single.index = number32(a->value).value_or(0); break;
      case RTA_PRIORITY: route.metric = number32(a->value); break;
      case RTA_TABLE: route.table = number32(a->value).value_or(route.table); break;
      case RTA_METRICS: add_metrics(route, a->value); break;
      case RTA_MULTIPATH: add_hops(route, a->value); break;
      default: break;
    }
  }
  if (route.hops.empty()) route.hops.push_back(std::move(single));
  return route;
}

}  // namespace

std::optional<NetlinkMessage> cut_message(std::string_view& rest) {
  const auto head = fixed_part<nlmsghdr>(rest);
  if (rest.size() < sizeof head || head.nlmsg_len < sizeof head || head.nlmsg_len > rest.size()) {
    rest = {};
    return std::nullopt;
  }
  const NetlinkMessage message{head.nlmsg_type, head.nlmsg_flags, head.nlmsg_seq, rest.substr(sizeof head, head.nlmsg_len - sizeof head)};
  rest.remove_prefix(std::min(rest.size(), aligned(head.nlmsg_len)));
  return message;
}

std::optional<NetlinkAttribute> cut_attribute(std::string_view& rest) {
  const auto head = fixed_part<nlattr>(rest);
  if (rest.size() < sizeof head || head.nla_len < sizeof head || head.nla_len > rest.size()) {
    rest = {};
    return std::nullopt;
  }
  const NetlinkAttribute attribute{static_cast<uint16_t>(head.nla_type & NLA_TYPE_MASK), rest.substr(sizeof head, head.nla_len - sizeof head)};
  rest.remove_prefix(std::min(rest.size(), aligned(head.nla_len)));
  return attribute;
}

std::string address_text(std::string_view bytes) {
  char out[INET6_ADDRSTRLEN];
  if (bytes.size() == 16) return ::inet_ntop(AF_INET6, bytes.data(), out, sizeof out) ? out : "";
  if (bytes.size() != 4) return {};
  char* end = out;  // inet_ntop takes ten times as long for these
  for (const char byte : bytes) {
    end = std::to_chars(end, out + sizeof out, static_cast<unsigned char>(byte)).ptr;
    *end++ = '.';
  }
  return std::string(out, end - 1);
}

std::string hardware_address_text(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (!out.empty()) out += ':';
    (out += digits[byte >> 4]) += digits[byte & 15];
  }
  return out;
}

std::string mask_text(unsigned bits, bool ipv6) {
  char bytes[16] = {};
  for (unsigned i = 0; i < std::min(bits, ipv6 ? 128u : 32u); ++i) bytes[i / 8] = static_cast<char>(bytes[i / 8] | 0x80 >> i % 8);
  return address_text({bytes, ipv6 ? size_t{16} : size_t{4}});
}

std::vector<Link> links(std::string_view dump) {
  std::vector<Link> all;
  while (const auto message = cut_message(dump)) {
    if (message->type != RTM_NEWLINK || message->body.size() < sizeof(ifinfomsg)) continue;
    const auto head = fixed_part<ifinfomsg>(message->body);
    Link link;
    link.index = head.ifi_index;
    link.hardware = head.ifi_type;
    link.flags = head.ifi_flags;
    std::string_view attributes = after(message->body, sizeof head);
    while (const auto a = cut_attribute(attributes)) {
      switch (a->type) {
        case IFLA_IFNAME: link.name = zero_ended(a->value); break;
        case IFLA_ADDRESS: link.mac = hardware_address_text(a->value); break;
        case IFLA_MTU: link.mtu = number32(a->value); break;
        case IFLA_PROMISCUITY:
          if (number32(a->value).value_or(0) > 0) link.flags |= IFF_PROMISC;
          break;
        case IFLA_ALLMULTI:
          if (number32(a->value).value_or(0) > 0) link.flags |= IFF_ALLMULTI;
          break;
        case IFLA_STATS:  // 32 bits; IFLA_STATS64 may come before or after it
          if (!link.counters) link.counters = counters<rtnl_link_stats>(a->value);
          break;
        case IFLA_STATS64: link.counters = counters<rtnl_link_stats64>(a->value); break;
        default: break;
      }
    }
    all.push_back(std::move(link));
  }
  return all;
}

std::vector<InterfaceAddress> interface_addresses(std::string_view dump) {
  std::vector<InterfaceAddress> all;
  while (const auto message = cut_message(dump)) {
    if (message->type != RTM_NEWADDR || message->body.size() < sizeof(ifaddrmsg)) continue;
    const auto head = fixed_part<ifaddrmsg>(message->body);
    if (head.ifa_family != AF_INET && head.ifa_family != AF_INET6) continue;
    InterfaceAddress address;
    address.index = head.ifa_index;
    address.ipv6 = head.ifa_family == AF_INET6;
    address.prefix = head.ifa_prefixlen;
    std::string local, remote;
    std::string_view attributes = after(message->body, sizeof head);
    while (const auto a = cut_attribute(attributes)) {
      switch (a->type) {
        case IFA_LOCAL: local = address_text(a->value); break;
        case IFA_ADDRESS: remote = address_text(a->value); break;
        case IFA_BROADCAST: address.broadcast = address_text(a->value); break;
        case IFA_LABEL: address.label = zero_ended(a->value); break;
        default: break;
      }
    }
    // IFA_ADDRESS is the peer where IFA_LOCAL is given as well.
    address.address = local.empty() ? remote : local;
    if (!local.empty()) address.peer = remote;
    all.push_back(std::move(address));
  }
  return all;
}

std::vector<Neighbour> neighbours(std::string_view dump) {
  std::vector<Neighbour> all;
  while (const auto message = cut_message(dump)) {
    if (message->type != RTM_NEWNEIGH || message->body.size() < sizeof(ndmsg)) continue;
    const auto head = fixed_part<ndmsg>(message->body);
    if (head.ndm_family != AF_INET && head.ndm_family != AF_INET6) continue;
    Neighbour neighbour;
    neighbour.index = head.ndm_ifindex;
    neighbour.state = head.ndm_state;
    std::string_view attributes = after(message->body, sizeof head);
    while (const auto a = cut_attribute(attributes)) {
      if (a->type == NDA_DST) neighbour.address = address_text(a->value);
      if (a->type == NDA_LLADDR) neighbour.mac = hardware_address_text(a->value);
    }
    if (!neighbour.address.empty()) all.push_back(std::move(neighbour));
  }
  return all;
}

std::optional<Route> cut_route(std::string_view& rest) {
  while (const auto message = cut_message(rest)) {
    if (message->type != RTM_NEWROUTE || message->body.size() < sizeof(rtmsg)) continue;
    const auto family = fixed_part<rtmsg>(message->body).rtm_family;
    if (family == AF_INET || family == AF_INET6) return to_route(*message);
  }
  return std::nullopt;
}

}  // namespace vigil::parse
