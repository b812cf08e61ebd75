// SPDX-License-Identifier: Apache-2.0
// IP addresses.
#include "core/parse/ip.h"
#include "core/sql/call.h"

namespace vigil::sql {
namespace {

uint32_t number(const parse::Ip& v4) {
  return static_cast<uint32_t>(v4.bytes[0]) << 24 | static_cast<uint32_t>(v4.bytes[1]) << 16 | static_cast<uint32_t>(v4.bytes[2]) << 8 | v4.bytes[3];
}

// inet_aton(text): the number of an IPv4 address.
void inet_aton(Call& call) {
  if (call.any_null()) return;
  const auto ip = parse::ip(call.text(0));
  if (ip && !ip->v6) call.give(static_cast<int64_t>(number(*ip)));
}

// True for addresses that a host of the block can have: an IPv4 network's own
// address and its broadcast address are not among them, so that a /31, which
// consists of these two, has none. A /32 is one host.
bool is_host(const parse::Cidr& block, const parse::Ip& ip) {
  if (!block.contains(ip)) return false;
  if (ip.v6 || block.prefix == 32) return true;
  const uint32_t mask = ~uint32_t{0} >> block.prefix;
  const uint32_t host = number(ip) & mask;
  return host != 0 && host != mask;
}

void in_cidr_block(Call& call) {
  if (call.type(0) != SQLITE_TEXT) return call.fail("CIDR must be a string");
  if (call.type(1) != SQLITE_TEXT) return call.fail("IP address must be a string");
  const auto ip = parse::ip(call.text(1));
  if (!ip) return call.fail("IP address cannot be parsed");
  const auto block = parse::cidr(call.text(0));
  if (!block || block->address.v6 != ip->v6)
    return call.fail(ip->v6 ? "CIDR for IP address v6 cannot be parsed" : "CIDR for IP address v4 cannot be parsed");
  call.give(is_host(*block, *ip));
}

constexpr Function functions[] = {
    {"inet_aton", 1, inet_aton},
    {"in_cidr_block", 2, in_cidr_block},
};

}  // namespace

std::span<const Function> network_functions() { return functions; }

}  // namespace vigil::sql
