// SPDX-License-Identifier: Apache-2.0
// The answers to rtnetlink dumps, rtnetlink(7): interfaces, addresses,
// neighbours and routes, from the bytes that the kernel sent.
//
// Every function takes all messages of a dump, ignores messages of other types
// and attributes it does not know, and stops at the first message that is cut
// short. Numbers are in the byte order of this machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

struct NetlinkMessage {
  uint16_t type = 0, flags = 0;
  uint32_t sequence = 0;
  std::string_view body;
};

// Removes and returns the next message; nothing, and an empty `rest`, at the
// end or at a message that is cut short.
std::optional<NetlinkMessage> cut_message(std::string_view& rest);

struct NetlinkAttribute {
  uint16_t type = 0;  // without the flag bits
  std::string_view value;
};

// As cut_message, for the attributes that follow a message's fixed part.
std::optional<NetlinkAttribute> cut_attribute(std::string_view& rest);

// The start of `bytes` as a kernel structure; what is missing at the end is zero.
template <class Fixed>
Fixed fixed_part(std::string_view bytes) {
  Fixed out = {};
  bytes.copy(reinterpret_cast<char*>(&out), sizeof out);
  return out;
}

// 4 bytes as "192.0.2.1", 16 bytes as "2001:db8::1"; empty for other lengths.
std::string address_text(std::string_view bytes);

// "02:42:ac:11:00:02"; empty for no bytes.
std::string hardware_address_text(std::string_view bytes);

// An address of `bits` one bits: the mask that belongs to a prefix length.
std::string mask_text(unsigned bits, bool ipv6);

struct LinkCounters {
  uint64_t packets_in = 0, packets_out = 0, bytes_in = 0, bytes_out = 0;
  uint64_t errors_in = 0, errors_out = 0, drops_in = 0, drops_out = 0;
  uint64_t collisions = 0;
};

struct Link {
  int64_t index = 0;
  std::string name, mac;
  uint16_t hardware = 0;  // ARPHRD_*
  uint32_t flags = 0;     // IFF_*; promiscuous and all-multicast also when a capture caused them
  std::optional<uint32_t> mtu;
  std::optional<LinkCounters> counters;
};
std::vector<Link> links(std::string_view dump);

struct InterfaceAddress {
  int64_t index = 0;
  bool ipv6 = false;
  unsigned prefix = 0;
  std::string label;  // of an IPv4 address: the interface's name, or an alias such as eth0:1
  std::string address, peer, broadcast;
};
std::vector<InterfaceAddress> interface_addresses(std::string_view dump);

struct Neighbour {
  int64_t index = 0;
  uint16_t state = 0;  // NUD_*
  std::string address, mac;
};
std::vector<Neighbour> neighbours(std::string_view dump);

struct NextHop {
  int64_t index = 0;  // 0: none
  std::string gateway;
  uint8_t flags = 0;
};

struct Route {
  bool ipv6 = false;
  unsigned prefix = 0;
  std::string destination, source;
  uint32_t flags = 0;
  uint8_t type = 0;  // RTN_*
  uint32_t table = 0;
  std::optional<uint32_t> metric, mtu, hop_limit;
  std::vector<NextHop> hops;  // at least one
};

// Removes and returns the next route of a dump; nothing at its end.
std::optional<Route> cut_route(std::string_view& rest);

}  // namespace vigil::parse
