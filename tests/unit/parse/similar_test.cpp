// SPDX-License-Identifier: Apache-2.0
#include "core/parse/similar.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

TEST(SimilarTest, FindsTheClosestName) {
  const std::vector<std::string_view> names = {"processes", "process_envs", "mounts", "uptime", "users", "os_version"};
  EXPECT_EQ(closest("proceses", names), "processes");
  EXPECT_EQ(closest("PROCESSES", names), "processes");
  EXPECT_EQ(closest("muonts", names), "mounts");
  EXPECT_EQ(closest("user", names), "users");
  EXPECT_EQ(closest("osversion", names), "os_version");
  EXPECT_EQ(closest("xyzzy", names), "");
  EXPECT_EQ(closest("", names), "");
  EXPECT_EQ(closest(std::string(100000, 'p'), names), "");
}

}  // namespace
}  // namespace vigil::parse
