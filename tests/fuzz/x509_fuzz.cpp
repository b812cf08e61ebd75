// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "modules/crypto/x509.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto certificates = vigil::crypto::certificates({reinterpret_cast<const char*>(data), size});
  for (const auto& c : certificates) {
    // Each takes up bytes of its own, and its digest is told whatever else is damaged.
    if (certificates.size() > size || !c.sha1 || c.sha1->size() != 40) std::abort();
    if (c.key_strength && c.key_strength->empty()) std::abort();
  }
  return 0;
}
