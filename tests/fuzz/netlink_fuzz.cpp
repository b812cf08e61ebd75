// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/netlink.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // Every link, address and neighbour takes more bytes than a message header.
  if (parse::links(bytes).size() > size / 16) std::abort();
  if (parse::interface_addresses(bytes).size() > size / 16) std::abort();
  for (const auto& neighbour : parse::neighbours(bytes))
    if (neighbour.address.empty()) std::abort();
  std::string_view rest = bytes;
  while (const auto route = parse::cut_route(rest))
    if (route->hops.empty() || route->hops.size() > size) std::abort();
  if (!rest.empty()) std::abort();
  return 0;
}
