// SPDX-License-Identifier: Apache-2.0
#include "core/sql/plan.h"

#include <gtest/gtest.h>

namespace vigil::sql {
namespace {

TEST(Plan, SurvivesItsText) {
  Plan plan;
  plan.table = "file";
  plan.sources = 0x8000000000000001;
  plan.columns = {true, false, true};
  plan.missing = 2;
  plan.given = {{'e', 0}, {'i', 70}, {'l', 3}};
  const Plan copy = Plan::parse(plan.text());
  EXPECT_EQ(copy.table, "file");
  EXPECT_EQ(copy.sources, plan.sources);
  EXPECT_EQ(copy.columns, plan.columns);
  EXPECT_EQ(copy.missing, 2);
  ASSERT_EQ(copy.given.size(), 3u);
  EXPECT_EQ(copy.given[1].op, 'i');
  EXPECT_EQ(copy.given[1].column, 70);
}

TEST(Plan, TakesAnyText) {
  EXPECT_EQ(Plan::parse("").missing, -1);
  EXPECT_TRUE(Plan::parse("x y z w").given.empty());
}

}  // namespace
}  // namespace vigil::sql
