// SPDX-License-Identifier: Apache-2.0
#include "core/parse/sudoers.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

TEST(Sudoers, PathsOfIncludes) {
  const struct {
    std::string_view text, path;
  } cases[] = {{"@include /etc/a b\n", "/etc/a"},   {"@include \"/etc/a b\"\n", "/etc/a b"}, {"#include /etc/a\\ b # c\n", "/etc/a b"},
               {"#includedir\t/etc/d\n", "/etc/d"}, {"@include /e\\\ntc/x", "/etc/x"},       {"@includedir \"", ""}};
  for (const auto& c : cases) {
    std::string_view text = c.text;
    const auto line = sudoers_line(text);
    ASSERT_TRUE(line) << c.text;
    EXPECT_NE(line->include, SudoersLine::Include::none);
    EXPECT_EQ(line->path, c.path);
    EXPECT_TRUE(text.empty());
  }
}

TEST(Sudoers, Comments) {
  for (std::string_view text : {"", "\n\n", "# all\n", "#include\n", "#includes x", "  # \\\n", "#-x"}) EXPECT_FALSE(sudoers_line(text)) << text;
  std::string_view text = "a b # c \\\nd\n";
  EXPECT_EQ(sudoers_line(text)->details, "b");
  EXPECT_EQ(sudoers_line(text)->header, "d");
}

}  // namespace
}  // namespace vigil::parse
