// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/limits.h"

#include <gtest/gtest.h>

namespace vigil::watch {
namespace {

constexpr uint64_t mib = 1024 * 1024;

TEST(LimitsTest, Levels) {
  struct Case {
    int level;
    uint64_t memory, utilization, latency;
    int respawns;
    uint64_t respawn_delay;
    bool background;
  };
  for (const Case& c : {Case{0, 200, 10, 12, 4, 5, true}, Case{1, 100, 5, 6, 4, 5, true}, Case{2, 100, 5, 6, 4, 5, true},
                        Case{-1, 10000, 100, 1000, 1000, 1, false}}) {
    const Limits limits = limits_for(c.level, {});
    EXPECT_EQ(limits.memory, c.memory * mib) << c.level;
    EXPECT_EQ(limits.utilization, c.utilization) << c.level;
    EXPECT_EQ(limits.latency, c.latency) << c.level;
    EXPECT_EQ(limits.respawns, c.respawns) << c.level;
    EXPECT_EQ(limits.respawn_delay, c.respawn_delay) << c.level;
    EXPECT_EQ(limits.background, c.background) << c.level;
    EXPECT_EQ(limits.grace, 60u);
    EXPECT_EQ(limits.forced_shutdown, 4u);
    EXPECT_EQ(limits.max_delay, 600u);
  }
}

TEST(LimitsTest, Overrides) {
  Overrides overrides;
  overrides.memory_mib = 7;
  overrides.utilization = 250;
  overrides.latency = 9;
  overrides.grace = overrides.forced_shutdown = 0;
  const Limits limits = limits_for(1, overrides);
  EXPECT_EQ(limits.memory, 7 * mib);
  EXPECT_EQ(limits.utilization, 100u);
  EXPECT_EQ(limits.latency, 9u);
  EXPECT_EQ(limits.grace, 0u);
  EXPECT_EQ(limits.forced_shutdown, 0u);

  overrides.memory_mib = UINT64_MAX;
  EXPECT_EQ(limits_for(0, overrides).memory, uint64_t{1} << 63);
}

TEST(LimitsTest, RespawnWait) {
  const Limits limits = limits_for(0, {});
  EXPECT_EQ(respawn_wait(limits, 1), 7u);
  EXPECT_EQ(respawn_wait(limits, 2), 9u);
  EXPECT_EQ(respawn_wait(limits, 3), 13u);
  EXPECT_EQ(respawn_wait(limits, 10), 600u);
  EXPECT_EQ(respawn_wait(limits, 1000), 600u);
  EXPECT_EQ(respawn_wait(limits_for(-1, {}), 1), 3u);
}

TEST(LimitsTest, EndlessTimesStayNumbers) {
  EXPECT_EQ(microseconds(3), 3'000'000);
  EXPECT_GT(microseconds(UINT64_MAX), 0);
}

}  // namespace
}  // namespace vigil::watch
