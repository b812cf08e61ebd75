// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/guard.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/base/clock.h"

namespace vigil::watch {
namespace {

constexpr int64_t second = Clock::second, poll = 3 * second;
constexpr uint64_t mib = 1024 * 1024;

// A guard of two processors that is asked every three seconds; its limit is 600 ms.
struct World {
  explicit World(uint64_t grace = 0) {
    Overrides overrides;
    overrides.grace = grace;
    guard.emplace(limits_for(0, overrides), 2, poll, now);
  }
  std::string look(int64_t milliseconds, uint64_t mebibytes) {
    now += poll;
    usage.processor += milliseconds * 1000;
    usage.memory = mebibytes * mib;
    return guard->look(usage, now).value_or("");
  }
  int64_t now = 1000 * second;
  Usage usage;
  std::optional<Guard> guard;
};

TEST(GuardTest, ProcessorTimeHasToStayAbove) {
  World world;
  // Four times three seconds make the latency of twelve; a look at the limit begins it anew.
  for (const int64_t used : {601, 700, 3000, 600, 601, 601, 601}) EXPECT_EQ(world.look(used, 10), "") << used;
  EXPECT_EQ(world.look(601, 10), "Maximum sustainable CPU utilization limit 600ms exceeded for 12 seconds");
}

TEST(GuardTest, MemoryIsGrowthSinceTheFirstLook) {
  World world;
  EXPECT_EQ(world.look(0, 500), "");
  EXPECT_EQ(world.look(0, 700), "");
  EXPECT_EQ(world.look(0, 20), "");
  EXPECT_EQ(world.guard->growth(), 0u);
  EXPECT_EQ(world.look(0, 701), "Memory limits exceeded: 210763776 bytes (limit is 200MB)");
  EXPECT_EQ(world.guard->baseline(), 500 * mib);
}

TEST(GuardTest, GraceCountsButDoesNotEnforce) {
  World world(60);
  for (int i = 0; i < 19; ++i) EXPECT_EQ(world.look(6000, i == 0 ? 10 : 1000), "") << i;
  EXPECT_TRUE(world.guard->graced(world.now));
  EXPECT_NE(world.look(0, 1000), "");
  EXPECT_FALSE(world.guard->graced(world.now));
}

TEST(GuardTest, ALateLookAllowsMore) {
  World world;
  world.look(0, 10);
  world.now += 7 * poll;
  EXPECT_EQ(world.look(8 * 600, 10), "");
  EXPECT_FALSE(world.guard->presses());
}

TEST(GuardTest, PressesBeforeItBreaks) {
  World world;
  world.look(601, 10);
  EXPECT_FALSE(world.guard->presses());
  world.look(601, 10);
  EXPECT_TRUE(world.guard->presses());
  EXPECT_FALSE(world.guard->relaxed());
  world.look(299, 10);
  EXPECT_FALSE(world.guard->presses());
  EXPECT_TRUE(world.guard->relaxed());
}

TEST(GuardTest, UsageOfThisProcess) {
  const auto usage = usage_of(::getpid());
  ASSERT_TRUE(usage) << usage.error().message;
  EXPECT_GT(usage->memory, mib);
  EXPECT_GE(usage->processor, 0);
  EXPECT_FALSE(usage_of(-1));
}

}  // namespace
}  // namespace vigil::watch
