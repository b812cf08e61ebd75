// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/commented_line.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto line = vigil::parse::commented_line({reinterpret_cast<const char*>(data), size});
  for (const auto field : line.fields)
    if (field.empty() || field.find('#') != field.npos) std::abort();
  if (line.fields_from(0).size() > size || !line.fields_from(line.fields.size()).empty()) std::abort();
  return 0;
}
