// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/cpuinfo.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto processors = vigil::parse::cpuinfo({reinterpret_cast<const char*>(data), size});
  const auto topology = vigil::parse::topology(processors);
  if (topology.packages.has_value() != topology.cores.has_value()) std::abort();
  if (topology.packages && (*topology.packages > *topology.cores || *topology.cores > static_cast<int64_t>(processors.size()))) std::abort();
  return 0;
}
