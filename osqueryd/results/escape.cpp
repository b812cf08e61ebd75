// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/results/escape.h"

#include "core/parse/display.h"

namespace vigil::results {

std::string escape(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto point = parse::first_code_point(text);
    const bool plain = point.valid && point.value >= 0x20;
    for (const char c : text.substr(0, point.size)) {
      if (plain) {
        out += c;
        continue;
      }
      const auto byte = static_cast<unsigned char>(c);
      (out += "\\x") += digits[byte >> 4];
      out += digits[byte & 15];
    }
    text.remove_prefix(point.size);
  }
  return out;
}

}  // namespace vigil::results
