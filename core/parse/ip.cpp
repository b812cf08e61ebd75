// SPDX-License-Identifier: Apache-2.0
#include "core/parse/ip.h"

#include <arpa/inet.h>

#include <cstring>

#include "core/parse/text.h"

namespace vigil::parse {

std::optional<Ip> ip(std::string_view text) {
  Ip out;
  out.v6 = text.find(':') != text.npos;
  if (out.v6) {
    const size_t zone = text.find('%');
    if (zone + 1 == text.size()) return std::nullopt;
    text = text.substr(0, zone);
  }
  char copy[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof copy || text.find('\0') != text.npos) return std::nullopt;
  copy[text.copy(copy, text.size())] = '\0';
  if (::inet_pton(out.v6 ? AF_INET6 : AF_INET, copy, out.bytes.data()) != 1) return std::nullopt;
  return out;
}

std::optional<Cidr> cidr(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const auto address = ip(text.substr(0, slash));
  const auto prefix = number<unsigned>(text.substr(slash + 1));
  if (!address || !prefix || *prefix > address->size() * 8) return std::nullopt;
  return Cidr{*address, *prefix};
}

bool Cidr::contains(const Ip& ip) const {
  if (ip.v6 != address.v6) return false;
  const unsigned whole = prefix / 8, bits = prefix % 8;
  if (std::memcmp(ip.bytes.data(), address.bytes.data(), whole) != 0) return false;
  return bits == 0 || ((ip.bytes[whole] ^ address.bytes[whole]) & 0xff << (8 - bits) & 0xff) == 0;
}

}  // namespace vigil::parse
