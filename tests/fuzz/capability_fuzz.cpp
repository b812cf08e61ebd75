// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/capability.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = vigil::parse::file_capabilities({reinterpret_cast<const char*>(data), size});
  if (!text && text.error().message.empty()) std::abort();
  if (text && text->ends_with(' ')) std::abort();
  if (text && size != 12 && size != 20 && size != 24) std::abort();
  return 0;
}
