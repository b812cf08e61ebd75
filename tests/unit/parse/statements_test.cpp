// SPDX-License-Identifier: Apache-2.0
#include "core/parse/statements.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vigil::parse {
namespace {

struct Case {
  std::vector<std::string> lines;
  bool complete, blank;
};

TEST(StatementsTest, FindTheirEnd) {
  const Case cases[] = {
      {{""}, false, true},
      {{"  \t\r"}, false, true},
      {{"-- a comment; here"}, false, true},
      {{"/* a", "comment; */ "}, false, true},
      {{"/* open"}, false, false},
      {{"select 1"}, false, false},
      {{"select 1;"}, true, false},
      {{"select 1;  -- done"}, true, false},
      {{"select 1; /* done */"}, true, false},
      {{"select 1; /* not yet"}, false, false},
      {{"select 1; select 2"}, false, false},
      {{"select 1", ";"}, true, false},
      {{"select ';"}, false, false},
      {{"select ';';"}, true, false},
      {{"select 'it''s;';"}, true, false},
      {{"select \"a;"}, false, false},
      {{"select \"a;", "\";"}, true, false},
      {{"select [a;];"}, true, false},
      {{"select `a;`;"}, true, false},
      {{"select '--';"}, true, false},
      {{"select 1 - -1;"}, true, false},
      {{"select '/*';"}, true, false},
      {{"select 1 /* 'x */;"}, true, false},
      {{"-- 'x", ";"}, true, false},
      {{"/*/ still open"}, false, false},
      {{";"}, true, false},
  };
  for (const Case& c : cases) {
    StatementScanner scanner;
    std::string text;
    for (const std::string& line : c.lines) {
      scanner.add(line);
      text += line + '\n';
    }
    EXPECT_EQ(scanner.complete(), c.complete) << text;
    EXPECT_EQ(scanner.blank(), c.blank) << text;
  }
}

}  // namespace
}  // namespace vigil::parse
