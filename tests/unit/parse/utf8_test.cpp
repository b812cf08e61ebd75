// SPDX-License-Identifier: Apache-2.0
#include "core/parse/utf8.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

TEST(Utf8, well_formed) {
  for (const char* text : {"", "plain", "é", "€", "\U0001F600", "\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff", "\U00010000\U0010FFFF"})
    EXPECT_TRUE(is_utf8(text)) << text;
  EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
}

TEST(Utf8, anything_else) {
  constexpr std::string_view cases[] = {
      "\x80",
      "\xc3",
      "\xc3(",
      "\xe2\x82",
      "\xf0\x9f\x98",
      "\xc0\x80",
      "\xc1\xbf",
      "\xe0\x9f\xbf",
      "\xed\xa0\x80",
      "\xf0\x8f\xbf\xbf",
      "\xf4\x90\x80\x80",
      "\xf5\x80\x80\x80",
      "\xff",
      "a\xfe"
      "b",
      "\xc3\xa9\xa9",
  };
  for (const std::string_view text : cases) EXPECT_FALSE(is_utf8(text)) << text.size();
}

}  // namespace
}  // namespace vigil::parse
