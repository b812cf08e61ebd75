// SPDX-License-Identifier: Apache-2.0
#include "core/parse/words.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

using List = std::vector<std::string>;

TEST(WordsTest, SplitAndUnquote) {
  EXPECT_EQ(words("", 9), List());
  EXPECT_EQ(words("  a \t b  ", 9), (List{"a", "b"}));
  EXPECT_EQ(words("'a b' \"c d\" e", 9), (List{"a b", "c d", "e"}));
  EXPECT_EQ(words("'a\\nb' \"a\\nb\" a\\tb", 9), (List{"a\\nb", "a\nb", "a\tb"}));
  EXPECT_EQ(words("\"a\\\"b\"", 9), (List{"a\"b"}));
  EXPECT_EQ(words("\\101\\60\\7x \\q \\\\", 9), (List{"A0\ax", "q", "\\"}));
  EXPECT_EQ(words("''  \"\"", 9), (List{"", ""}));
  EXPECT_EQ(words("'open", 9), (List{"open"}));
  EXPECT_EQ(words("\"open\\", 9), (List{"open\\"}));
  EXPECT_EQ(words("'a'b", 9), (List{"a", "b"}));
}

TEST(WordsTest, StopAtTheLimit) { EXPECT_EQ(words("a b c", 2), (List{"a", "b"})); }

}  // namespace
}  // namespace vigil::parse
