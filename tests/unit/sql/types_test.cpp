// SPDX-License-Identifier: Apache-2.0
#include "core/sql/types.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>

#include "core/parse/text.h"
#include "core/sql/functions.h"
#include "core/sql/vtab.h"
#include "tests/unit/sql/query.h"
#include "core/sql/memory.h"

namespace vigil::sql {
namespace {

class Types : public ::testing::Test {
 protected:
  Types() : session_(std::move(*Host::directory("/")), options_) {
    configure_sqlite();
    sqlite3_open(":memory:", &db_);
    add_collations(db_);
    add_functions(db_, session_);
    sqlite3_exec(db_,
                 "CREATE TABLE t(name TEXT, pid INTEGER, size BIGINT, inode UNSIGNED BIGINT, load DOUBLE, data BLOB, at DATETIME, other VARCHAR(9));"
                 "CREATE VIEW v AS SELECT name AS n, pid + 1 AS p FROM t",
                 nullptr, nullptr, nullptr);
  }
  ~Types() override { sqlite3_close(db_); }

  // "TYPE, TYPE"
  std::string types(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) return sqlite3_errmsg(db_);
    std::vector<std::string> all;
    for (const auto& [name, type] : result_types(db_, statement)) all.push_back(type);
    sqlite3_finalize(statement);
    return parse::join(all, ", ");
  }

  test::Options options_;
  Session session_;
  sqlite3* db_ = nullptr;
};

TEST_F(Types, of_columns) {
  EXPECT_EQ(types("SELECT * FROM t"), "TEXT, INTEGER, BIGINT, UNSIGNED BIGINT, DOUBLE, BLOB, DATETIME, UNKNOWN");
  EXPECT_EQ(types("SELECT n, name, inode FROM v, (SELECT * FROM t)"), "TEXT, TEXT, UNSIGNED BIGINT");
  EXPECT_EQ(types("SELECT rowid FROM t"), "INTEGER");
}

TEST_F(Types, of_expressions) {
  const std::pair<const char*, const char*> cases[] = {
      {"pid > 1", "INTEGER"},
      {"pid IS NULL", "INTEGER"},
      {"NOT pid", "INTEGER"},
      {"pid AND size", "INTEGER"},
      {"pid IN (1, 2)", "INTEGER"},
      {"name LIKE 'a%'", "INTEGER"},
      {"pid + 1", "BIGINT"},
      {"pid * size - 2", "BIGINT"},
      {"pid & 1", "BIGINT"},
      {"~pid", "BIGINT"},
      {"pid * 1.5", "DOUBLE"},
      {"-1", "INTEGER"},
      {"1", "INTEGER"},
      {"9999999999", "BIGINT"},
      {"1.5", "DOUBLE"},
      {"'x'", "TEXT"},
      {"x'00'", "BLOB"},
      {"NULL", "UNKNOWN"},
      {"name || name", "TEXT"},
      {"CAST(pid AS INTEGER)", "BIGINT"},
      {"CAST(pid AS TEXT)", "TEXT"},
      {"CAST(pid AS REAL)", "DOUBLE"},
      {"CAST(pid AS BLOB)", "BLOB"},
      {"CAST(pid AS BOOLEAN)", "UNKNOWN"},
      {"CAST(pid AS DATETIME)", "UNKNOWN"},
      {"upper(name)", "TEXT"},
      {"length(name)", "INTEGER"},
      {"coalesce(name, 1)", "INTEGER"},
      {"split(name, ',', 0)", "TEXT"},
      {"sqrt(pid)", "DOUBLE"},
      {"json_object('a', 1)", "TEXT"},
      {"json_extract(name, '$.a')", "UNKNOWN"},
      {"CASE WHEN pid THEN 'a' ELSE 'b' END", "TEXT"},
      {"(SELECT 'x')", "TEXT"},
  };
  for (const auto& [expression, type] : cases) EXPECT_EQ(types(std::string("SELECT ") + expression + " FROM t"), type) << expression;
}

TEST_F(Types, of_aggregates) {
  EXPECT_EQ(types("SELECT count(*) FROM t"), "BIGINT");
  EXPECT_EQ(types("SELECT count(*), count(pid), pid FROM t"), "BIGINT, BIGINT, INTEGER");
  EXPECT_EQ(types("SELECT sum(pid), max(pid), avg(pid), total(pid), group_concat(name) FROM t"), "BIGINT, BIGINT, DOUBLE, DOUBLE, TEXT");
  EXPECT_EQ(types("SELECT name, count(*), max(name || ''), sum(pid * 1.0) FROM t GROUP BY name"), "TEXT, BIGINT, TEXT, DOUBLE");
}

TEST_F(Types, through_sorters) {
  EXPECT_EQ(types("SELECT name, pid + 1, 'x', name || 'y' FROM t ORDER BY size"), "TEXT, BIGINT, TEXT, TEXT");
  EXPECT_EQ(types("SELECT pid > 1, 1.5 FROM t ORDER BY size LIMIT 3"), "INTEGER, DOUBLE");
  EXPECT_EQ(types("SELECT DISTINCT pid + 1 FROM t ORDER BY 1"), "BIGINT");
  EXPECT_EQ(types("SELECT pid + 1 FROM t UNION SELECT 7"), "BIGINT");
  EXPECT_EQ(types("SELECT 'a', 1 UNION ALL SELECT 'b', 2"), "TEXT, INTEGER");
  EXPECT_EQ(types("SELECT x, size FROM (SELECT name || 'a' AS x FROM t), t"), "TEXT, BIGINT");
  EXPECT_EQ(types("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n"), "INTEGER");
}

TEST_F(Types, of_statements_without_rows) {
  EXPECT_EQ(types("CREATE TABLE u(a)"), "");
  EXPECT_EQ(types("EXPLAIN SELECT 1"), "UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN");
  EXPECT_EQ(types("SELECT 1 AS a, 'x' AS b; SELECT 2"), "INTEGER, TEXT");
}

TEST_F(Types, of_virtual_tables) {
  Connection connection(all_tables(), std::move(*Host::directory("/")), options_);
  const auto all =
      connection.types("SELECT path AS p, blocks, blocks + 1, path || 'x', count(*) FROM mounts WHERE path = '/' GROUP BY path ORDER BY 1");
  ASSERT_TRUE(all) << all.error().message;
  std::vector<std::string> found;
  for (const auto& [name, type] : *all) found.push_back(name + ":" + type);
  EXPECT_EQ(parse::join(found, ", "), "p:TEXT, blocks:BIGINT, blocks + 1:BIGINT, path || 'x':TEXT, count(*):BIGINT");
  EXPECT_FALSE(connection.types("SELECT * FROM no_such_table"));
}

TEST_F(Types, names) {
  sqlite3_stmt* statement = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(db_, "SELECT pid AS p, 1 + 1 FROM t", -1, &statement, nullptr), SQLITE_OK);
  const auto all = result_types(db_, statement);
  sqlite3_finalize(statement);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "p");
  EXPECT_EQ(all[1].name, "1 + 1");
}

}  // namespace
}  // namespace vigil::sql
