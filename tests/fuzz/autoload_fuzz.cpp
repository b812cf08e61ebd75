// SPDX-License-Identifier: Apache-2.0
// Every path is a trimmed part of the line that it says it is on.
#include <algorithm>
#include <cstdlib>

#include "core/parse/text.h"
#include "extensions/autoload.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  uint32_t last = 0;
  for (const auto& [path, line] : extensions::parse_autoload(text)) {
    if (line <= last || path.empty() || path != parse::trim(path) || path.front() == '#' || path.front() == ';') std::abort();
    const auto before = static_cast<size_t>(path.data() - text.data());
    if (std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(before), '\n') + 1 != line) std::abort();
    last = line;
  }
  return 0;
}
