// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/python_metadata.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto package = vigil::parse::python_metadata(text);
  for (const auto* cell : {&package.name, &package.version, &package.summary, &package.author, &package.license})
    if (cell->size() > size || cell->find('\n') != cell->npos) std::abort();
  const auto named = vigil::parse::python_file_name(text);
  if (named.name.size() + named.version.size() > size) std::abort();
  return 0;
}
