// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/due.h"

#include <algorithm>

namespace vigil::schedule {

uint64_t splay(uint64_t interval, uint64_t percent, uint64_t random) {
  if (percent > 100) return interval;
  if (percent <= 1) percent = 10;
  const uint64_t most = interval * percent / 100;
  const uint64_t least = std::max<uint64_t>(1, interval - most);
  return least + random % (interval + most - least + 1);
}

}  // namespace vigil::schedule
