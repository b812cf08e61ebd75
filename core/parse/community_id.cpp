// SPDX-License-Identifier: Apache-2.0
#include "core/parse/community_id.h"

#include <netinet/in.h>

#include <optional>
#include <utility>

namespace vigil::parse {
namespace {

// ICMP has no ports. The type that answers a type takes the place of the
// other port, so that question and answer are one flow.
std::optional<uint16_t> answer(const Flow& flow) {
  using Pair = std::pair<uint16_t, uint16_t>;
  constexpr Pair v4[] = {{8, 0}, {13, 14}, {15, 16}, {10, 9}, {17, 18}};
  constexpr Pair v6[] = {{128, 129}, {133, 134}, {135, 136}, {130, 131}, {139, 140}, {144, 145}};
  const auto find = [&](const auto& pairs) -> std::optional<uint16_t> {
    for (const auto& [question, reply] : pairs) {
      if (flow.source_port == question) return reply;
      if (flow.source_port == reply) return question;
    }
    return std::nullopt;
  };
  return flow.protocol == IPPROTO_ICMP ? find(v4) : find(v6);
}

// The spec orders addresses as bytes of one length; IPv4 goes before IPv6.
bool in_order(const Flow& f) {
  if (f.source.v6 != f.destination.v6) return f.destination.v6;
  const int order = f.source.view().compare(f.destination.view());
  return order < 0 || (order == 0 && f.source_port < f.destination_port);
}

void put(std::string& out, uint16_t number) {
  out += static_cast<char>(number >> 8);
  out += static_cast<char>(number & 0xff);
}

}  // namespace

std::string community_id_bytes(Flow flow, uint16_t seed) {
  const uint8_t protocol = flow.protocol;
  const bool icmp = protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
  const bool ports = icmp || protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP;
  bool one_way = false;
  if (icmp) {
    const auto reply = answer(flow);
    one_way = !reply;
    if (reply) flow.destination_port = *reply;
  } else if (!ports) {
    flow.source_port = flow.destination_port = 0;
  }
  if (!one_way && !in_order(flow)) {
    std::swap(flow.source, flow.destination);
    std::swap(flow.source_port, flow.destination_port);
  }

  std::string bytes;
  put(bytes, seed);
  bytes += flow.source.view();
  bytes += flow.destination.view();
  bytes += static_cast<char>(protocol);
  bytes += '\0';
  if (ports) {
    put(bytes, flow.source_port);
    put(bytes, flow.destination_port);
  }
  return bytes;
}

}  // namespace vigil::parse
