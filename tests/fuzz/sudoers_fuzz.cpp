// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/sudoers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t left = size + 1;
  while (const auto line = vigil::parse::sudoers_line(text)) {
    if (line->header.empty() || text.size() >= left) std::abort();
    left = text.size();
  }
  if (!text.empty()) std::abort();
  return 0;
}
