// SPDX-License-Identifier: Apache-2.0
#include "core/parse/utmp.h"

#include <gtest/gtest.h>

#include <cstring>

namespace vigil::parse {
namespace {

// The layout of machines that never ran 32-bit programs: 64-bit times.
TEST(Utmp, WideRecord) {
  std::string record(400, '\0');
  const int16_t type = 7;
  const int32_t pid = 812;
  const int64_t time = int64_t{1} << 33;
  std::memcpy(record.data(), &type, sizeof type);
  std::memcpy(record.data() + 4, &pid, sizeof pid);
  std::memcpy(record.data() + 8, "pts/0", 5);
  std::memcpy(record.data() + 44, "ann", 3);
  std::memcpy(record.data() + 344, &time, sizeof time);
  const auto login = parse::login(record);
  ASSERT_TRUE(login);
  EXPECT_EQ(login->type, 7);
  EXPECT_EQ(login->pid, 812);
  EXPECT_EQ(login->line, "pts/0");
  EXPECT_EQ(login->user, "ann");
  EXPECT_EQ(login->time, time);
}

}  // namespace
}  // namespace vigil::parse
