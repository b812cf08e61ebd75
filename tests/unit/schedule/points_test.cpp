// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/points.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/schedule/parts.h"
#include "tests/unit/store/temporary.h"

namespace vigil::schedule {
namespace {

using Strings = std::vector<std::string>;

class PointsTest : public testing::Test {
 protected:
  PointsTest() {
    query_.name = "pack_net_ports";
    query_.bare_name = "ports";
    query_.pack = "net";
    query_.oncall = "blue";
  }

  // Lines of the file that hold `part`.
  Strings lines(const std::string& part = "") const {
    std::ifstream in(path_);
    Strings found;
    for (std::string line; std::getline(in, line);)
      if (line.find(part) != line.npos) found.push_back(line);
    return found;
  }

  store::test::Temporary directory_;
  const std::string path_ = directory_ / "deep/points.log";
  test::FakeClock clock_{1'000};
  Points points_{path_, 0640, clock_};
  config::Query query_;
};

TEST_F(PointsTest, CombinesForAPeriod) {
  points_.configure(10);
  points_.add(query_, {5'000, 3'000, 1'000, 8 << 10, 0}, false);
  clock_.advance(9 * Clock::second);
  points_.add(query_, {7'000, 1'000, 1'000, 4 << 10, 0}, false);
  ASSERT_TRUE(points_.tick());
  EXPECT_EQ(lines(), Strings());
  clock_.advance(Clock::second);
  ASSERT_TRUE(points_.tick());
  for (const std::string about :
       {"scheduler.pack.net", "scheduler.global.query.net.ports", "scheduler.assigned.query.blue.net.ports", "scheduler.owners.blue"})
    EXPECT_EQ(lines(about + "."),
              (Strings{about + ".rss.increase.kb\t8\t1009000000000\tfalse", about + ".time.user.millis\t4\t1009000000000\tfalse",
                       about + ".time.system.millis\t2\t1009000000000\tfalse", about + ".time.total.millis\t6\t1009000000000\tfalse",
                       about + ".time.wall.millis\t12\t1009000000000\tfalse"}));
  EXPECT_EQ(lines("status"), Strings{"scheduler.query.net.ports.status.success\t2\t1009000000000\tfalse"});
  EXPECT_EQ(lines("query.total"), Strings{"query.total.count\t2\t1009000000000\tfalse"});
  EXPECT_EQ(lines().size(), 22u);

  // A written point is over; the next one of its path starts anew.
  points_.add(query_, {}, true);
  clock_.advance(10 * Clock::second);
  ASSERT_TRUE(points_.tick());
  EXPECT_EQ(lines("query.total").back(), "query.total.count\t1\t1010000000000\tfalse");
  EXPECT_EQ(lines("failure"), Strings{"scheduler.query.net.ports.status.failure\t1\t1010000000000\tfalse"});
}

TEST_F(PointsTest, WithoutAPeriodEachIsALine) {
  points_.configure(0);
  points_.add(query_, {}, false);
  points_.add(query_, {}, false);
  ASSERT_TRUE(points_.tick());
  EXPECT_EQ(lines("query.total").size(), 2u);
  EXPECT_EQ(lines().size(), 44u);
}

TEST_F(PointsTest, WhatCannotBeWrittenIsDropped) {
  std::ofstream(directory_ / "deep") << "a file";
  points_.add(query_, {}, false);
  const auto written = points_.write();
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find(path_), std::string::npos);
  EXPECT_TRUE(points_.write()) << "there is nothing left";
}

}  // namespace
}  // namespace vigil::schedule
