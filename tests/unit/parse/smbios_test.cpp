// SPDX-License-Identifier: Apache-2.0
#include "core/parse/smbios.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

using namespace std::string_literals;

TEST(Smbios, WalksStructuresInOrder) {
  const std::string table =
      "\x01\x08\x34\x12\x02\x00\xff\x01"s
      "first\0 second \0\0"s
      "\x20\x04\x02\x00"s
      "\0\0"s
      "\x7f\x04\xff\xfe"s
      "\0\0"s
      "\x01\x04\x00\x00\0\0"s;
  SmbiosTable structures(table);

  const auto one = structures.next();
  ASSERT_TRUE(one);
  EXPECT_EQ(one->type, 1);
  EXPECT_EQ(one->handle, 0x1234);
  EXPECT_EQ(one->text(4), "second");
  EXPECT_EQ(one->text(7), "first");
  EXPECT_EQ(one->text(5), std::nullopt);  // number 0: there is no string
  EXPECT_EQ(one->text(6), std::nullopt);  // number 255: there are two
  EXPECT_EQ(one->text(8), std::nullopt);  // beyond the formatted area
  EXPECT_EQ(one->word(4), 2);
  EXPECT_EQ(one->dword(4), 0x01ff0002u);
  EXPECT_EQ(one->dword(5), std::nullopt);
  EXPECT_EQ(one->qword(0), 0x01ff000212340801u);
  EXPECT_EQ(one->bytes.size(), 8u + 6 + 9 + 1);

  const auto two = structures.next();
  ASSERT_TRUE(two);
  EXPECT_EQ(two->type, 32);
  EXPECT_EQ(two->strings, "");
  EXPECT_EQ(two->bytes.size(), 6u);

  const auto end = structures.next();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->type, 127);
  EXPECT_FALSE(structures.next());  // nothing counts after the end of the table
  EXPECT_FALSE(structures.next());
}

TEST(Smbios, StopsWhereTheTableIsCut) {
  for (const std::string& table : {""s, "\x01"s, "\x01\x04\x00"s, "\x01\x03\x00\x00\0\0"s, "\x01\x05\x00\x00"s}) {
    SmbiosTable structures(table);
    EXPECT_FALSE(structures.next());
  }

  const std::string no_end = "\x01\x05\x00\x00\x01only"s;
  SmbiosTable structures(no_end);
  const auto one = structures.next();
  ASSERT_TRUE(one);
  EXPECT_EQ(one->text(4), "only");
  EXPECT_FALSE(structures.next());
}

}  // namespace
}  // namespace vigil::parse
