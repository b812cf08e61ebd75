// SPDX-License-Identifier: Apache-2.0
#include "core/parse/text.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

TEST(Text, CutsAtTheSeparator) {
  std::string_view rest = "a::b";
  EXPECT_EQ(cut(rest, ':'), "a");
  EXPECT_EQ(cut(rest, ':'), "");
  EXPECT_EQ(cut(rest, ':'), "b");
  EXPECT_EQ(rest, "");
}

TEST(Text, FieldsIgnoreRunsOfBlanks) { EXPECT_EQ(fields("  a \t b  "), (std::vector<std::string_view>{"a", "b"})); }

TEST(Text, LinesKeepEmptyOnesButNoLastOne) { EXPECT_EQ(lines("a\n\nb\n"), (std::vector<std::string_view>{"a", "", "b"})); }

TEST(Text, NumbersAreWhole) {
  EXPECT_EQ(number("42"), 42);
  EXPECT_EQ(number("-7"), -7);
  EXPECT_EQ(number("ff", 16), 255);
  EXPECT_EQ(number(""), std::nullopt);
  EXPECT_EQ(number("4x"), std::nullopt);
  EXPECT_EQ(number(" 4"), std::nullopt);
  EXPECT_EQ(number("9223372036854775808"), std::nullopt);
  EXPECT_EQ(number<uint64_t>("18446744073709551615"), UINT64_MAX);
}

TEST(Text, OctalEscapesOnlyWhereWhole) {
  EXPECT_EQ(unescape_octal("a\\040b"), "a b");
  EXPECT_EQ(unescape_octal("\\134"), "\\");
  EXPECT_EQ(unescape_octal("\\04"), "\\04");
  EXPECT_EQ(unescape_octal("\\999"), "\\999");
}

TEST(Text, TrimTakesBothEnds) {
  EXPECT_EQ(trim("\t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
}

TEST(Text, JoinPutsSeparatorsBetween) {
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
  EXPECT_EQ(join({}, ", "), "");
}

}  // namespace
}  // namespace vigil::parse
