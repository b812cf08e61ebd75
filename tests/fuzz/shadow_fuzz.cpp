// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/shadow.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto entry = vigil::parse::shadow({reinterpret_cast<const char*>(data), size});
  if (!entry) return 0;
  if (entry->name.empty() || entry->password_status.empty()) std::abort();
  if (entry->hash_alg && (entry->hash_alg->size() > 24 || entry->hash_alg->find('$') != std::string::npos)) std::abort();
  return 0;
}
