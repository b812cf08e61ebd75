// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/comeback.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/base/clock.h"

namespace vigil::watch {
namespace {

std::vector<uint64_t> waits(Comeback& comeback, bool orderly, int64_t seconds, int times) {
  std::vector<uint64_t> all;
  while (times-- > 0) all.push_back(comeback.wait_after(orderly, seconds * Clock::second));
  return all;
}
using Waits = std::vector<uint64_t>;

TEST(ComebackTest, FailuresTakeLongerEachTime) {
  Comeback comeback(600);
  EXPECT_EQ(waits(comeback, false, 0, 10), (Waits{2, 7, 9, 13, 21, 37, 69, 133, 261, 517}));
  EXPECT_EQ(waits(comeback, false, 0, 100), Waits(100, 600));
  EXPECT_EQ(comeback.failures(), 110);
  EXPECT_EQ(comeback.quick_ends(), 110);
}

TEST(ComebackTest, ALifeOfAMinuteIsForgiven) {
  Comeback comeback(600);
  waits(comeback, false, 10, 5);
  EXPECT_EQ(comeback.failures(), 5);
  EXPECT_EQ(comeback.quick_ends(), 0);
  EXPECT_EQ(waits(comeback, false, 60, 2), (Waits{2, 2}));
  EXPECT_EQ(waits(comeback, false, 59, 1), (Waits{7}));
}

TEST(ComebackTest, GoodOrderIsNoFailure) {
  Comeback comeback(600);
  EXPECT_EQ(waits(comeback, true, 5, 3), (Waits{2, 2, 2}));
  EXPECT_EQ(waits(comeback, true, 1, 7), (Waits{2, 4, 8, 16, 30, 30, 30}));
  EXPECT_EQ(comeback.failures(), 0);
  EXPECT_EQ(waits(comeback, true, 4, 1), (Waits{2}));
}

TEST(ComebackTest, NeverAtOnce) {
  Comeback comeback(0);
  EXPECT_EQ(waits(comeback, false, 0, 3), (Waits{1, 1, 1}));
}

}  // namespace
}  // namespace vigil::watch
