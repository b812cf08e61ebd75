// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

#include "core/sql/functions.h"
#include "core/sql/vtab.h"
#include "tests/unit/sql/query.h"
#include "core/sql/memory.h"

namespace vigil::sql {
namespace {

class TextFunctions : public test::Query {};

TEST_F(TextFunctions, split) {
  constexpr Case cases[] = {
      {"split('192.168.0.1', '.', 0)", "192"},
      {"split('192.168.0.1', '.', 3)", "1"},
      {"split('192.168.0.1', '.', 4)", "NULL"},
      {"split('192.168.0.1', '.', -1)", "NULL"},
      // An index of more than 32 bits is out of range as well.
      {"split('192.168.0.1', '.', 4294967296)", "NULL"},
      // Each character separates.
      {"split('192.168.0.1', '.0', 2)", "1"},
      // Empty pieces do not count; what is blank does.
      {"split(',,a,,b,', ',', 0)", "a"},
      {"split(',,a,,b,', ',', 1)", "b"},
      {"split(',,a,,b,', ',', 2)", "NULL"},
      {"split('a, b ,c', ',', 1)", "b"},
      {"split('a,  ,c', ',', 1)", ""},
      {"split('a,  ,c', ',', 2)", "c"},
      {"split(' a b ', ' ', 1)", "b"},
      {"split('abc', ',', 0)", "abc"},
      {"split('abc', ',', '0')", "abc"},
      {"split('abc', ',', 'x')", "abc"},
      {"split(123, 2, 1)", "3"},
      {"split('', ',', 0)", "NULL"},
      {"split(',', ',', 0)", "NULL"},
      {"split(NULL, ',', 0)", "NULL"},
      {"split('a', NULL, 0)", "NULL"},
      {"split('a', ',', NULL)", "NULL"},
      {"split(NULL, '', 0)", "NULL"},
      {"split('a', '', 0)", "error: Invalid input to split function"},
      {"split('a', ',')", "error: wrong number of arguments to function split()"},
      {"hex(split(CAST(x'61002C62' AS TEXT), ',', 0))", "6100"},
  };
  expect(cases);
}

TEST_F(TextFunctions, concat) {
  constexpr Case cases[] = {
      {"concat('a', 'b', 'c')", "abc"},
      {"concat('a', NULL, 'c')", "ac"},
      {"concat(1, 2.5, x'61')", "12.5a"},
      {"concat(NULL), typeof(concat(NULL))", " | text"},
      {"concat()", "NULL"},
      {"concat_ws(',', 'a', 'b')", "a,b"},
      // Only the last argument goes without a separator.
      {"concat_ws(',', 'a', NULL, 'b')", "a,b"},
      {"concat_ws(',', NULL, 'a')", "a"},
      {"concat_ws(',', 'a', NULL)", "a,"},
      {"concat_ws(',', 'a', 'b', NULL, NULL)", "a,b,"},
      {"concat_ws(', ', NULL, NULL)", ""},
      {"concat_ws('', 'a', 'b')", "ab"},
      {"concat_ws(NULL, 'a', 'b')", "ab"},
      {"concat_ws(0, 1, 2)", "102"},
      {"concat_ws(',', 'a')", "a"},
      {"concat_ws(',')", "NULL"},
      {"concat_ws()", "error: Missing separator to concat_ws"},
      {"hex(concat('a', x'0062', 'c'))", "61006263"},
  };
  expect(cases);
}

TEST_F(TextFunctions, respect_the_limit_of_length) {
  Session session(std::move(*Host::directory("/")), options_);
  sqlite3* db = nullptr;
  configure_sqlite();
  ASSERT_EQ(sqlite3_open(":memory:", &db), SQLITE_OK);
  ASSERT_EQ(add_functions(db, session), SQLITE_OK);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 100);
  const auto run_here = [&](const char* sql) {
    char* error = nullptr;
    sqlite3_exec(db, sql, nullptr, nullptr, &error);
    const std::string text = error ? error : "";
    sqlite3_free(error);
    return text;
  };
  EXPECT_EQ(run_here("SELECT concat(zeroblob(60), zeroblob(30))"), "");
  EXPECT_EQ(run_here("SELECT concat(zeroblob(60), zeroblob(60))"), "string or blob too big");
  EXPECT_EQ(run_here("SELECT concat_ws(zeroblob(60), zeroblob(30), zeroblob(30))"), "string or blob too big");
  EXPECT_EQ(run_here("SELECT to_base64(zeroblob(75))"), "");
  EXPECT_EQ(run_here("SELECT to_base64(zeroblob(76))"), "string or blob too big");
  EXPECT_EQ(run_here("SELECT to_base64(zeroblob(90))"), "string or blob too big");
  sqlite3_close(db);
}

TEST_F(TextFunctions, base64) {
  constexpr Case cases[] = {
      {"to_base64('')", ""},
      {"to_base64('f')", "Zg=="},
      {"to_base64('fo')", "Zm8="},
      {"to_base64('foo')", "Zm9v"},
      {"to_base64('foob')", "Zm9vYg=="},
      {"to_base64(12)", "MTI="},
      {"to_base64(x'00FFFE')", "AP/+"},
      {"to_base64(NULL)", "NULL"},
      {"from_base64('Zm9vYg==')", "foob"},
      {"from_base64('Zm9vYg')", "foob"},
      {"from_base64('Zm9v' || char(13, 10) || 'Yg==' || char(10))", "foob"},
      {"hex(from_base64('AP/+'))", "00FFFE"},
      {"typeof(from_base64('Zg=='))", "text"},
      {"from_base64('')", ""},
      {"from_base64('====')", ""},
      {"from_base64('Z')", ""},
      {"from_base64('Zm9vY')", ""},
      {"from_base64('Zm=v')", ""},
      {"from_base64('no base64!')", ""},
      {"from_base64('Zm9v Zm9v')", ""},
      {"from_base64(NULL)", "NULL"},
      {"conditional_to_base64('plain ~text')", "plain ~text"},
      {"conditional_to_base64('')", ""},
      {"conditional_to_base64('a' || char(10))", "YQo="},
      {"conditional_to_base64('a' || char(127))", "YX8="},
      {"conditional_to_base64('é')", "w6k="},
      {"conditional_to_base64(NULL)", "NULL"},
  };
  expect(cases);
}

TEST_F(TextFunctions, sqlite_has_its_own) {
  constexpr Case cases[] = {{"soundex('Robert')", "R163"}, {"json_extract('{\"a\": 1}', '$.a')", "1"}, {"instr('abc', 'c')", "3"}};
  expect(cases);
}

}  // namespace
}  // namespace vigil::sql
