// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/mountinfo.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto mount = vigil::parse::mountinfo({reinterpret_cast<const char*>(data), size});
  if (mount && (mount->path.empty() || mount->type.empty())) std::abort();
  if (!mount && mount.error().message.empty()) std::abort();
  return 0;
}
