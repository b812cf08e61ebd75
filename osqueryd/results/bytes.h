// SPDX-License-Identifier: Apache-2.0
// Numbers and texts as bytes that say their own length, for what the store
// keeps. A number takes seven bits of each byte, the lowest first; the top bit
// says that more follows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vigil::results {

inline void put_number(std::string& out, uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

// Removes a number from the front of `rest`; false where there is none.
inline bool take_number(std::string_view& rest, uint64_t& number) {
  number = 0;
  for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    if (shift == 63 && byte > 1) return false;
    number |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

inline void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

inline bool take_text(std::string_view& rest, std::string_view& text) {
  uint64_t size = 0;
  if (!take_number(rest, size) || size > rest.size()) return false;
  text = rest.substr(0, size);
  rest.remove_prefix(size);
  return true;
}

}  // namespace vigil::results
