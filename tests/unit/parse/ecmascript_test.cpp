// SPDX-License-Identifier: Apache-2.0
#include "core/parse/ecmascript.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

TEST(Ecmascript, in_words_of_re2) {
  constexpr std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},
      {"a(b|c)*d+?", "a(b|c)*d+?"},
      {"a.b", "a[^\\n\\r]b"},
      {"a\\.b", "a\\.b"},
      {"[.]", "[.]"},
      {"[^.]", "[^.]"},
      {"[]", "[^\\x00-\\x{10FFFF}]"},
      {"[^]", "(?s:.)"},
      {"[]a]", "[^\\x00-\\x{10FFFF}]a]"},
      {"[a\\]b].", "[a\\]b][^\\n\\r]"},
      {"[[:alpha:].].", "[[:alpha:].][^\\n\\r]"},
      {"[[:alpha].", "[[:alpha][^\\n\\r]"},
      {"\\d\\D\\w\\W\\b\\B", "\\d\\D\\w\\W\\b\\B"},
      {"\\s\\S[\\s\\S]", "[[:space:]][[:^space:]][[:space:][:^space:]]"},
      {"[\\b]", "[\\x08]"},
      {"\\x41\\0\\u0041\\cJ\\cj", "\\x41\\x00\\x{0041}\\x0a\\x0a"},
      {"\\A\\z\\Q\\p\\C\\_", "AzQpC_"},
      {"\\é", "é"},
      {"\\/\\-\\$", "\\/\\-\\$"},
      {"(?:a)", "(?:a)"},
      // Not well-formed, and left so.
      {"a\\", "a\\"},
      {"[a", "[a"},
      {"\\u00", "\\x00"},
  };
  for (const auto& [pattern, expected] : cases) {
    const auto words = ecmascript_to_re2(pattern);
    ASSERT_TRUE(words) << pattern;
    EXPECT_EQ(*words, expected) << pattern;
  }
}

TEST(Ecmascript, without_words_in_re2) {
  for (const char* pattern : {"a(?=b)", "a(?!b)", "(?<=a)b", "(a)\\1", "\\9"}) EXPECT_FALSE(ecmascript_to_re2(pattern)) << pattern;
  for (const char* pattern : {"[(?=]", "\\(?=", "a\\\\1"}) EXPECT_TRUE(ecmascript_to_re2(pattern)) << pattern;
}

}  // namespace
}  // namespace vigil::parse
