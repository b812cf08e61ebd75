// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/package_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto package = vigil::parse::package_json({reinterpret_cast<const char*>(data), size});
  if (!package) {
    if (package.error().message.empty()) std::abort();
    return 0;
  }
  for (const auto* cell : {&package->name, &package->version, &package->description, &package->homepage, &package->author, &package->license})
    if (*cell && (*cell)->size() > size) std::abort();
  return 0;
}
