// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/meminfo.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = vigil::parse::meminfo_bytes({reinterpret_cast<const char*>(data), size}, "MemTotal");
  if (bytes && (*bytes < 0 || *bytes % 1024 != 0)) std::abort();
  return 0;
}
