// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/resolv_conf.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto conf = vigil::parse::resolv_conf({reinterpret_cast<const char*>(data), size});
  if (conf.nameservers.empty() || conf.nameservers.size() > 3 || conf.sortlist.size() > 10) std::abort();
  for (const auto& domain : conf.search)
    if (domain.empty()) std::abort();
  for (const auto& sort : conf.sortlist)
    if (sort.address.empty() || sort.mask.empty()) std::abort();
  return 0;
}
