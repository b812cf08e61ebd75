// SPDX-License-Identifier: Apache-2.0
// resolv.conf(5) as the C library's resolver understands it: which lines count,
// what later lines replace, and where it stops counting.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

struct ResolvConf {
  std::vector<std::string> nameservers;  // at most 3, IPv6 scopes kept; 127.0.0.1 when none is given
  struct Sort {
    std::string address, mask;
  };
  std::vector<Sort> sortlist;  // at most 10
  std::vector<std::string> search;
  uint32_t options = 0;  // the bits of resolv.h
};

ResolvConf resolv_conf(std::string_view text);

}  // namespace vigil::parse
