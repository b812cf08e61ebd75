// SPDX-License-Identifier: Apache-2.0
#include "core/parse/display.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

TEST(DisplayTest, DecodesWhatUtf8Allows) {
  struct {
    std::string_view text;
    char32_t value;
    size_t size;
    bool valid;
  } const cases[] = {
      {"a", 'a', 1, true},
      {"\xc3\xa9", 0xe9, 2, true},
      {"\xe4\xb8\x96", 0x4e16, 3, true},
      {"\xf0\x9f\x98\x80", 0x1f600, 4, true},
      {"\x80", 0xfffd, 1, false},              // a continuation alone
      {"\xc0\xaf", 0xfffd, 1, false},          // overlong
      {"\xe0\x9f\xbf", 0xfffd, 1, false},      // overlong
      {"\xed\xa0\x80", 0xfffd, 1, false},      // a surrogate
      {"\xf4\x90\x80\x80", 0xfffd, 1, false},  // above U+10FFFF
      {"\xe4\xb8", 0xfffd, 2, false},          // cut short
      {"\xf0\x9f\x98z", 0xfffd, 3, false},
      {"\xff", 0xfffd, 1, false},
  };
  for (const auto& c : cases) {
    const CodePoint got = first_code_point(c.text);
    EXPECT_EQ(got.value, c.value) << c.text;
    EXPECT_EQ(got.size, c.size) << c.text;
    EXPECT_EQ(got.valid, c.valid) << c.text;
  }
}

TEST(DisplayTest, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(valid_utf8("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(valid_utf8("a\xff\xe2\x82z"), "a\xef\xbf\xbd\xef\xbf\xbdz");
  EXPECT_EQ(valid_utf8(std::string_view("a\0b", 3)), std::string_view("a\0b", 3));
}

TEST(DisplayTest, CountsCells) {
  EXPECT_EQ(cells(""), 0u);
  EXPECT_EQ(cells("abc"), 3u);
  EXPECT_EQ(cells("\xc3\xa9"), 1u);
  EXPECT_EQ(cells("\xe4\xb8\x96\xe7\x95\x8c"), 4u);              // wide
  EXPECT_EQ(cells("e\xcc\x81"), 1u);                             // with a combining accent
  EXPECT_EQ(cells("\xf0\x9f\x98\x80"), 2u);                      // a face
  EXPECT_EQ(cells("\xe2\x80\x8b"), 0u);                          // a space without width
  EXPECT_EQ(cells("\xc2\xad"), 1u);                              // a soft hyphen
  EXPECT_EQ(cells("\xef\xbd\xb1"), 1u);                          // half-width katakana
  EXPECT_EQ(cells("\xef\xbc\xa1"), 2u);                          // a full-width letter
  EXPECT_EQ(cells("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"), 2u);  // Hangul in parts
}

TEST(DisplayTest, CutsBetweenCharacters) {
  EXPECT_EQ(fit("abcdef", 3), "abc");
  EXPECT_EQ(fit("abc", 10), "abc");
  EXPECT_EQ(fit("\xe4\xb8\x96\xe7\x95\x8c", 3), "\xe4\xb8\x96");
  EXPECT_EQ(fit("e\xcc\x81x", 1), "e\xcc\x81");
  EXPECT_EQ(fit("abc", 0), "");
}

TEST(DisplayTest, EscapesWhatActs) {
  EXPECT_EQ(printable("plain \xc3\xa9"), "plain \xc3\xa9");
  EXPECT_EQ(printable("a\tb\nc\rd"), "a\\tb\\nc\\rd");
  EXPECT_EQ(printable("a\tb\nc", "\n\t"), "a\tb\nc");
  EXPECT_EQ(printable("\x1b[31m\x07\x7f"), "\\x1b[31m\\x07\\x7f");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(printable("\xc2\x9b"), "\\u009b");
  EXPECT_EQ(printable("\xe2\x80\xae"), "\\u202e");
  EXPECT_EQ(printable("\xf3\xa0\x81\x81"), "\\U000e0041");
  EXPECT_EQ(printable("\xff\xe2\x82"), "\\xff\\xe2\\x82");
}

}  // namespace
}  // namespace vigil::parse
