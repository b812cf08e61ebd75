// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sql/query.h"

namespace vigil::sql {
namespace {

class RegexFunctions : public test::Query {};

TEST_F(RegexFunctions, match) {
  constexpr Case cases[] = {
      {"regex_match('hello world', '(\\w+) (\\w+)', 0)", "hello world"},
      {"regex_match('hello world', '(\\w+) (\\w+)', 2)", "world"},
      {"regex_match('hello world', '(\\w+) (\\w+)', 3)", "NULL"},
      {"regex_match('hello world', '(\\w+) (\\w+)', -1)", "NULL"},
      {"regex_match('hello world', '(\\w+) (\\w+)', 4294967296)", "NULL"},
      {"regex_match('hello world', 'o w', 0)", "o w"},
      {"regex_match('hello', 'x', 0)", "NULL"},
      {"regex_match('b', '(a)?b', 1)", ""},
      {"regex_match('abc', '', 0)", ""},
      {"regex_match('', '^$', 0), typeof(regex_match('', '^$', 0))", " | text"},
      // The first alternative that matches, not the longest.
      {"regex_match('abc', 'a|abc', 0)", "a"},
      {"regex_match(12345, '3.', 0)", "34"},
      {"regex_match('a.b', 'a\\.b', '0')", "a.b"},
      {"regex_match(NULL, 'a', 0)", "NULL"},
      {"regex_match('a', NULL, 0)", "NULL"},
      {"regex_match('a', 'a', NULL)", "NULL"},
      {"regex_match('a', '(', 0)", "error: Invalid regex"},
      {"regex_match('a', '[b', 0)", "error: Invalid regex"},
      {"regex_match('a', '*', 0)", "error: Invalid regex"},
      {"regex_match('ab', 'a(?=b)', 0)", "error: Invalid regex: look-ahead and look-behind are not supported"},
      {"regex_match('aa', '(a)\\1', 0)", "error: Invalid regex: back references are not supported"},
      {"regex_match(NULL, '(', 0)", "NULL"},
  };
  expect(cases);
}

TEST_F(RegexFunctions, characters) {
  constexpr Case cases[] = {
      {"regex_match('é!', '.', 0)", "é"},
      {"regex_match('naïve', 'na[ï]ve', 0)", "naïve"},
      {"regex_match('x', 'é?x', 0)", "x"},
      // What is not UTF-8 is bytes.
      {"hex(regex_match(CAST(x'61FF62' AS TEXT), 'a.b', 0))", "61FF62"},
      {"hex(regex_match(CAST(x'61C3A9FF' AS TEXT), 'aé', 0))", "61C3A9"},
      {"hex(regex_match('aéb', CAST(x'A9' AS TEXT), 0))", "A9"},
      {"regex_match(CAST(x'61FF' AS TEXT), '\\u263A', 0)", "NULL"},
      {"hex(regex_match(CAST(x'610062' AS TEXT), 'a.b', 0))", "610062"},
      // A dot is no line end.
      {"regex_match('a' || char(13) || 'b', 'a.b', 0)", "NULL"},
      {"regex_match('a' || char(10) || 'b', 'a.b', 0)", "NULL"},
      {"regex_match('a' || char(10) || 'b', 'a[^]b', 0) IS NOT NULL", "1"},
      {"regex_match('a' || char(10) || 'b', '^b', 0)", "NULL"},
      {"regex_match('a' || char(10), 'a$', 0)", "NULL"},
      {"regex_match('a' || char(11) || 'b', 'a\\sb', 0) IS NOT NULL", "1"},
      {"regex_match('AzZ', '\\z', 0)", "z"},
      {"regex_match('a_b', 'a\\_b', 0)", "a_b"},
      {"regex_match('A', '\\u0041', 0)", "A"},
      {"regex_match('ab', '[]', 0)", "NULL"},
  };
  expect(cases);
}

TEST_F(RegexFunctions, long_patterns) {
  const std::string most(256, 'a'), more(257, 'a');
  EXPECT_EQ(run("SELECT regex_match('b', '" + most + "', 0)"), "NULL");
  EXPECT_EQ(run("SELECT regex_match('b', '" + more + "', 0)"), "error: Invalid regex: too big, max size is 256 bytes");
  EXPECT_EQ(run("SELECT regex_split('b', '" + most + "', 0)"), "b");
  EXPECT_EQ(run("SELECT regex_split('b', '" + more + "', 0)"), "error: Invalid regex");
  options_.values["regex_max_size"] = "3";
  EXPECT_EQ(run("SELECT regex_match('b', 'abc', 0)"), "NULL");
  EXPECT_EQ(run("SELECT regex_match('b', 'abcd', 0)"), "error: Invalid regex: too big, max size is 3 bytes");
}

TEST_F(RegexFunctions, split) {
  constexpr Case cases[] = {
      {"regex_split('192.168.0.1', '\\.', 1)", "168"},
      {"regex_split('192.168.0.1', '\\.0', 0)", "192.168"},
      {"regex_split('192.168.0.1', '\\.', 4)", "NULL"},
      {"regex_split('192.168.0.1', '\\.', -1)", "NULL"},
      {"regex_split('a--b', '-', 1)", ""},
      {"regex_split('a--b', '-', 2)", "b"},
      {"regex_split('a1b22c', '[0-9]+', 2)", "c"},
      {"regex_split('-a', '-', 0)", ""},
      // Nothing behind the last match is no piece.
      {"regex_split('a-', '-', 1)", "NULL"},
      {"regex_split('-', '-', 0), regex_split('-', '-', 1)", " | NULL"},
      // Text without a match is one piece, even when it is empty.
      {"regex_split('abc', '-', 0)", "abc"},
      {"regex_split('', '-', 0)", ""},
      {"regex_split('abc', '-', 1)", "NULL"},
      {"regex_split('abc', 'x*', 1), regex_split('abc', 'x*', 3), regex_split('abc', 'x*', 4)", "a | c | NULL"},
      {"regex_split('éa', 'x*', 1)", "é"},
      {"regex_split('a b', ' ', 1)", "b"},
      {"regex_split(NULL, '-', 0)", "NULL"},
      {"regex_split('a', NULL, 0)", "NULL"},
      {"regex_split('a', '-', NULL)", "NULL"},
      {"regex_split('a', '', 0)", "error: Invalid input to split function"},
      {"regex_split('a', '(', 0)", "error: Invalid regex"},
  };
  expect(cases);
}

TEST_F(RegexFunctions, one_pattern_for_many_rows) {
  EXPECT_EQ(run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
                "SELECT sum(regex_match('x' || i || 'y', 'x([0-9]+)y', 1)) FROM n"),
            "500500");
  // And a pattern of its own for each row.
  EXPECT_EQ(run("WITH p(pattern) AS (VALUES ('a+'), ('b+'), ('(')) "
                "SELECT group_concat(regex_match('aabb', pattern, 0)) FROM p WHERE pattern <> '('"),
            "aa,bb");
}

}  // namespace
}  // namespace vigil::sql
