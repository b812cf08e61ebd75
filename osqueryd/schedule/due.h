// SPDX-License-Identifier: Apache-2.0
// When a query by interval is due. Times are in seconds since the epoch, so
// what is due does not depend on how long the program has been running.
#pragma once

#include <cstdint>

namespace vigil::schedule {

// `interval`, moved up or down by at most `percent` of itself; `random` is any
// number. A percentage of 0 or 1 counts as 10; above 100 nothing is moved.
uint64_t splay(uint64_t interval, uint64_t percent, uint64_t random);

// The first multiple of `splayed` after a time.
constexpr int64_t next_due(int64_t after, uint64_t splayed) {
  const auto step = static_cast<int64_t>(splayed);
  return (after / step + 1) * step;
}

}  // namespace vigil::schedule
