// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/deb822.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto inside = [&](std::string_view part) {
    return part.empty() || (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
  };
  vigil::parse::Deb822 file(text);
  size_t fields = 0;
  for (bool whole = true; file.next_stanza(); whole = !whole) {
    // Stanzas that are read to their end and ones that are left half-way.
    size_t here = 0;
    while (file.next_field()) {
      ++here;
      if (!inside(file.name()) || !inside(file.value())) std::abort();
      for (const auto word : vigil::parse::deb822_words(file.value()))
        if (word.empty() || !inside(word)) std::abort();
      if (!whole) break;
    }
    if (here == 0) std::abort();
    fields += here;
  }
  if (fields > size || file.next_field()) std::abort();
  return 0;
}
