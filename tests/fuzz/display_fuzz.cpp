// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/display.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string good = parse::valid_utf8(text);
  if (parse::valid_utf8(good) != good) std::abort();
  const std::string shown = parse::printable(text);
  for (const char c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
  if (parse::valid_utf8(shown) != shown || parse::printable(shown) != shown) std::abort();
  for (const size_t limit : {size_t{0}, size_t{1}, size_t{7}, size}) {
    const std::string_view start = parse::fit(text, limit);
    if (parse::cells(start) > limit || !text.starts_with(start)) std::abort();
  }
  return 0;
}
