// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/due.h"

#include <gtest/gtest.h>

#include <set>

namespace vigil::schedule {
namespace {

TEST(DueTest, IsTheNextMultiple) {
  EXPECT_EQ(next_due(1000, 60), 1020);
  EXPECT_EQ(next_due(1019, 60), 1020);
  EXPECT_EQ(next_due(1020, 60), 1080);
  EXPECT_EQ(next_due(1700000000, 1), 1700000001);
}

TEST(DueTest, SplayStaysWithinItsPercentage) {
  std::set<uint64_t> seen;
  for (uint64_t random = 0; random < 1000; ++random) seen.insert(splay(60, 10, random));
  EXPECT_EQ(*seen.begin(), 54U);
  EXPECT_EQ(*seen.rbegin(), 66U);
  EXPECT_EQ(seen.size(), 13U);
}

TEST(DueTest, SplayOfOddPercentages) {
  for (uint64_t random = 0; random < 100; ++random) {
    EXPECT_EQ(splay(3600, 101, random), 3600U);
    EXPECT_EQ(splay(9, 10, random), 9U);   // a tenth of it is less than a second
    EXPECT_GE(splay(1, 100, random), 1U);  // never 0
    EXPECT_LE(splay(1, 100, random), 2U);
    EXPECT_LE(splay(100, 0, random), 110U);  // 0 and 1 count as 10
    EXPECT_GE(splay(100, 1, random), 90U);
  }
}

}  // namespace
}  // namespace vigil::schedule
