// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/assignments.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (const auto& [name, value] : vigil::parse::assignments({reinterpret_cast<const char*>(data), size}))
    if (name.empty() || name.size() + value.size() >= size || value.find('\n') != value.npos) std::abort();
  return 0;
}
