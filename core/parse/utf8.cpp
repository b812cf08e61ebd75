// SPDX-License-Identifier: Apache-2.0
#include "core/parse/utf8.h"

namespace vigil::parse {

bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    const int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    // The first byte after the lead has a narrower range where the full one
    // would allow what another length or nobody may write.
    unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    for (int k = 0; k < more; ++k, low = 0x80, high = 0xbf) {
      if (i == text.size()) return false;
      const auto c = static_cast<unsigned char>(text[i++]);
      if (c < low || c > high) return false;
    }
  }
  return true;
}

}  // namespace vigil::parse
