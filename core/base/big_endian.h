// SPDX-License-Identifier: Apache-2.0
// Numbers as bytes that sort as the numbers do, for keys of the store.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vigil {

inline void put_big_endian(std::string& out, uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
}

// Of the first eight bytes, or of those that there are.
inline uint64_t big_endian(std::string_view bytes) {
  uint64_t number = 0;
  for (const char c : bytes.substr(0, 8)) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

}  // namespace vigil
