// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/ssh_config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto option = vigil::parse::ssh_option({reinterpret_cast<const char*>(data), size});
  if (option && (option->keyword.empty() || option->line.size() > size)) std::abort();
  return 0;
}
