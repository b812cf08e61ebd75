// SPDX-License-Identifier: Apache-2.0
// No path of a control group leads out of the hierarchy.
#include <cstdlib>

#include "osqueryd/watch/cgroup.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto membership = vigil::watch::parse_membership(text);
  for (const auto& path : {membership.unified, membership.memory, membership.processor})
    if (path && (path->front() != '/' || path->find("/..") != path->npos)) std::abort();
  (void)vigil::watch::parse_oom_kills(text);
  return 0;
}
