// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/denylist.h"

#include <gtest/gtest.h>

namespace vigil::schedule {
namespace {

constexpr int64_t now = 1700000000;
constexpr int64_t day = 86400;

Suspect suspect(const std::string& name, int64_t seconds) { return {name, (now - seconds) * 1'000'000, seconds * 1'000'000, 5000, 700}; }

class DenylistTest : public testing::Test {
 protected:
  std::unique_ptr<Denylist> open() {
    auto list = Denylist::open(*store_);
    EXPECT_TRUE(list);
    return std::move(*list);
  }
  std::unique_ptr<store::Store> store_ = store::memory_store();
};

TEST_F(DenylistTest, TheOneThatRanLongestIsToBlame) {
  const auto list = open();
  const auto lines = list->blame({suspect("quick", 0), suspect("slow", 30)}, {true, false, false, "", now}, now);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], "Scheduled query may have failed: quick");
  EXPECT_EQ(lines[1], "Scheduled query may have failed: slow; it is denied for 86400 s: the process ended while it ran");
  EXPECT_FALSE(list->denied("quick", now));
  EXPECT_TRUE(list->denied("slow", now));
  EXPECT_TRUE(list->denied("slow", now + day - 1));
  EXPECT_FALSE(list->denied("slow", now + day));

  const auto entries = list->entries(now);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].wall_ms, 30000);
  EXPECT_EQ(entries[0].cpu_ms, 5);
  EXPECT_EQ(entries[0].memory, 700);
  EXPECT_EQ(entries[0].since, now);
  EXPECT_EQ(entries[0].expires, now + day);
}

TEST_F(DenylistTest, ALimitOrACrashCountsAtOnce) {
  const auto list = open();
  list->blame({suspect("hungry", 0)}, {true, true, false, "Memory limits exceeded", now}, now);
  EXPECT_TRUE(list->denied("hungry", now));
  EXPECT_EQ(list->entries(now).front().reason, "Memory limits exceeded");
  list->blame({suspect("crashing", 0)}, {true, false, true, "", now}, now);
  EXPECT_TRUE(list->denied("crashing", now));
}

TEST_F(DenylistTest, AnEndByChanceTakesTwo) {
  const auto list = open();
  const Death killed{true, false, false, "", now};
  list->blame({suspect("unlucky", 0)}, killed, now);
  EXPECT_FALSE(list->denied("unlucky", now));
  list->fine("unlucky");
  list->blame({suspect("unlucky", 0)}, killed, now);
  EXPECT_FALSE(list->denied("unlucky", now)) << "it ran well in between";
  list->blame({suspect("unlucky", 0)}, killed, now);
  EXPECT_TRUE(list->denied("unlucky", now));
}

TEST_F(DenylistTest, BudgetsDenyForLongerEachTime) {
  const auto list = open();
  int64_t time = now;
  for (const int64_t hours : {1, 2, 4, 8, 16, 24, 24}) {
    EXPECT_FALSE(list->over_budget("q", "slow", {}, time));
    EXPECT_FALSE(list->over_budget("q", "slow", {}, time));
    EXPECT_TRUE(list->over_budget("q", "slow", {}, time));
    EXPECT_EQ(list->entries(time).front().expires - time, hours * 3600);
    time = list->entries(time).front().expires;
    EXPECT_FALSE(list->denied("q", time));
  }
  list->fine("q");
  list->over_budget("q", "slow", {}, time);
  list->over_budget("q", "slow", {}, time);
  list->over_budget("q", "slow", {}, time);
  EXPECT_EQ(list->entries(time).front().expires - time, 3600);
}

TEST_F(DenylistTest, LastsAndCanBeLifted) {
  {
    const auto list = open();
    list->blame({suspect("slow\tname:with colons", 30)}, {true, false, false, "a\ttab\nand a line", now}, now);
  }
  {
    const auto list = open();
    EXPECT_TRUE(list->denied("slow\tname:with colons", now));
    EXPECT_EQ(list->entries(now).front().reason, "a\ttab\nand a line");
    EXPECT_FALSE(list->allow("another"));
    EXPECT_TRUE(list->allow("slow\tname:with colons"));
    EXPECT_FALSE(list->denied("slow\tname:with colons", now));
  }
  EXPECT_TRUE(open()->entries(now).empty());
}

}  // namespace
}  // namespace vigil::schedule
