// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/comeback.h"

#include <algorithm>

#include "core/base/clock.h"

namespace vigil::watch {
namespace {

constexpr int64_t settled = 60 * Clock::second;
constexpr uint64_t pause = 2, longest_pause = 30;
// Whatever the flags say, a program that cannot run does not keep a processor busy.
constexpr uint64_t least = 1;

}  // namespace

uint64_t Comeback::wait_after(bool orderly, int64_t lived) {
  const bool quick = lived < quick_end * Clock::second;
  quick_in_a_row_ = quick ? quick_in_a_row_ + 1 : 0;
  quick_ends_ += quick;
  if (lived >= settled) failures_ = 0;
  if (orderly) return std::min(pause << std::clamp(quick_in_a_row_ - 1, 0, 10), longest_pause);
  // The first may be due to the program that it serves, as that was just started again.
  const uint64_t wait = ++failures_ == 1 ? pause : respawn_wait({.respawn_delay = 5, .max_delay = max_delay_}, failures_ - 1);
  return std::clamp(wait, least, std::max(max_delay_, least));
}

}  // namespace vigil::watch
