// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/limits.h"

#include <algorithm>

#include "core/base/clock.h"

namespace vigil::watch {
namespace {

constexpr uint64_t mib = 1024 * 1024;

struct Level {
  uint64_t memory_mib, utilization, latency;
  int respawns;
  uint64_t respawn_delay;
};
constexpr Level normal = {200, 10, 12, 4, 5}, narrow = {100, 5, 6, 4, 5}, wide = {10000, 100, 1000, 1000, 1};

uint64_t or_default(uint64_t given, uint64_t otherwise) { return given == 0 ? otherwise : given; }

}  // namespace

Limits limits_for(int level, const Overrides& overrides) {
  const Level& base = level < 0 ? wide : level == 0 ? normal : narrow;
  Limits limits;
  // No machine has more than 2^44 MiB, and the product stays a number.
  limits.memory = std::min(or_default(overrides.memory_mib, base.memory_mib), uint64_t{1} << 43) * mib;
  limits.utilization = std::min<uint64_t>(or_default(overrides.utilization, base.utilization), 100);
  limits.latency = or_default(overrides.latency, base.latency);
  limits.respawns = base.respawns;
  limits.respawn_delay = base.respawn_delay;
  limits.max_delay = overrides.max_delay;
  limits.grace = overrides.grace;
  limits.forced_shutdown = overrides.forced_shutdown;
  limits.background = level >= 0;
  limits.debug = overrides.debug;
  return limits;
}

int64_t microseconds(uint64_t seconds) { return static_cast<int64_t>(std::min<uint64_t>(seconds, 10'000'000'000)) * Clock::second; }

uint64_t respawn_wait(const Limits& limits, int count) {
  const uint64_t doubled = uint64_t{1} << std::clamp(count, 0, 40);
  return std::min(limits.max_delay, limits.respawn_delay + doubled);
}

}  // namespace vigil::watch
