// SPDX-License-Identifier: Apache-2.0
// Patterns: the rewritten one grows by a constant factor at most.
#include <cstdint>
#include <cstdlib>

#include "core/parse/ecmascript.h"
#include "core/parse/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view pattern(reinterpret_cast<const char*>(data), size);
  const auto words = vigil::parse::ecmascript_to_re2(pattern);
  if (words && words->size() > pattern.size() * 10) std::abort();
  if (words && vigil::parse::is_utf8(pattern) && !vigil::parse::is_utf8(*words)) std::abort();
  return 0;
}
