// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/accounts.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (const auto user = vigil::parse::user(line); user && (user->name.empty() || user->uid < 0 || user->uid > UINT32_MAX)) std::abort();
  if (const auto group = vigil::parse::group(line); group && (group->name.empty() || group->gid < 0 || group->gid > UINT32_MAX)) std::abort();
  return 0;
}
