// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/cpuid.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto leaves = vigil::parse::cpuid_leaves({reinterpret_cast<const char*>(data), size});
  std::string text;
  for (const auto& [leaf, registers] : leaves) text += vigil::parse::cpuid_line(leaf.first, leaf.second, registers);
  if (vigil::parse::cpuid_leaves(text) != leaves) std::abort();
  return 0;
}
