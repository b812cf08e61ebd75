// SPDX-License-Identifier: Apache-2.0
// IP addresses and CIDR blocks as text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vigil::parse {

// An address in network byte order; IPv4 fills the first four bytes.
struct Ip {
  bool v6 = false;
  std::array<uint8_t, 16> bytes = {};

  size_t size() const { return v6 ? 16 : 4; }
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), size()}; }
  bool operator==(const Ip&) const = default;
};

// "192.0.2.1" or "2001:db8::1", the latter with or without a zone ("%eth0"),
// which is left out. Only the dotted quad for IPv4: no octal, no "127.1".
std::optional<Ip> ip(std::string_view text);

struct Cidr {
  Ip address;  // as written: bits behind the prefix may be set
  unsigned prefix = 0;

  bool contains(const Ip& ip) const;
};

// "192.0.2.0/24".
std::optional<Cidr> cidr(std::string_view text);

}  // namespace vigil::parse
