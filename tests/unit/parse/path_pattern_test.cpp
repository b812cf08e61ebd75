// SPDX-License-Identifier: Apache-2.0
#include "core/parse/path_pattern.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

TEST(PathPattern, Names) {
  struct Case {
    const char *pattern, *name;
    PathSyntax syntax;
    bool matches;
  };
  constexpr auto like = PathSyntax::like, glob = PathSyntax::glob, config = PathSyntax::config;
  const Case cases[] = {
      {"%", ".hidden", like, true},
      {"%", "", like, true},
      {"a%c", "abc", like, true},
      {"a%c", "ac", like, true},
      {"a%c", "acb", like, false},
      {"%a%b%", "xxaxxbxx", like, true},
      {"%a%b%", "xxbxxaxx", like, false},
      {"a_c", "abc", like, false},
      {"a_c", "a_c", like, true},
      {"*", "*", like, true},
      {"*", "x", like, false},
      {"%%", "x", like, true},
      {"a*c", "abc", glob, true},
      {"%", "x", glob, false},
      {"?", "ä", glob, true},
      {"?", "ab", glob, false},
      {"?", "\xff", glob, true},
      {"[a-c]x", "bx", glob, true},
      {"[^a-c]x", "bx", glob, false},
      {"[!a-c]x", "dx", config, true},
      {"[ä-ö]", "é", glob, true},
      {"[]a]", "]", glob, true},
      {"[a", "[a", glob, true},
      {"[]", "[]", glob, true},
      {"*.%", "a.b", config, true},
  };
  for (const Case& c : cases) EXPECT_EQ(NamePattern(c.pattern, c.syntax).matches(c.name), c.matches) << c.pattern << " on " << c.name;
}

TEST(PathPattern, Parts) {
  const auto parts = [](const char* text, PathSyntax syntax = PathSyntax::like) {
    const auto all = path_patterns(text, syntax);
    EXPECT_EQ(all.size(), 1u) << text;
    std::string out = all[0].base + "|";
    for (const auto& name : all[0].names) out += name.text() + "|";
    return out + (all[0].recursive ? "recursive" : "") + (all[0].directories_only ? "directories" : "");
  };
  EXPECT_EQ(parts("/etc/passwd"), "/etc/passwd|");
  EXPECT_EQ(parts("/etc/"), "/etc/|");
  EXPECT_EQ(parts("/etc/%"), "/etc/|%|");
  EXPECT_EQ(parts("/etc//%"), "/etc//|%|");
  EXPECT_EQ(parts("/etc/%%"), "/etc/|%%|recursive");
  EXPECT_EQ(parts("/etc/con%%"), "/etc/|con%%|recursive");
  EXPECT_EQ(parts("/%%/x"), "/|%%|x|");
  EXPECT_EQ(parts("/home/%/.ssh/"), "/home/|%|.ssh|directories");
  EXPECT_EQ(parts("/usr/%%/"), "/usr/|%%|directories");
  EXPECT_EQ(parts("/usr/**"), "/usr/**|");
  EXPECT_EQ(parts("/usr/**", PathSyntax::glob), "/usr/|**|recursive");
  EXPECT_EQ(parts("/{a,b}/%"), "/{a,b}/|%|");
  EXPECT_EQ(parts(""), "|");
}

TEST(PathPattern, Braces) {
  const auto bases = [](const char* text) {
    std::string out;
    for (const auto& pattern : path_patterns(text, PathSyntax::config)) out += (out.empty() ? "" : " ") + pattern.base;
    return out;
  };
  EXPECT_EQ(bases("/{a,b}/c"), "/a/c /b/c");
  EXPECT_EQ(bases("/{a,{b,c}x}{1,2}"), "/a1 /a2 /bx1 /bx2 /cx1 /cx2");
  EXPECT_EQ(bases("/{a}"), "/a");
  EXPECT_EQ(bases("/{a,b"), "/{a,b");
  EXPECT_EQ(bases("/a}b"), "/a}b");
  std::string many = "/";
  for (int i = 0; i < 100; ++i) many += "{a,b}";
  EXPECT_LE(path_patterns(many, PathSyntax::config).size(), 1000u);
}

TEST(PathPattern, BelowTakesNothingForAMark) {
  const auto pattern = PathPattern::below("/a%b", true);
  EXPECT_EQ(pattern.base, "/a%b/");
  EXPECT_TRUE(pattern.names[0].everything());
  EXPECT_TRUE(pattern.recursive);
}

}  // namespace
}  // namespace vigil::parse
