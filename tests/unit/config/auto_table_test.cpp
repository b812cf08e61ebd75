// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/auto_table.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "core/parse/text.h"
#include "core/sql/sqlite_file.h"
#include "tests/runner/test_engine.h"
#include "core/sql/memory.h"

namespace vigil::config {
namespace {

using Texts = std::vector<std::string>;

// A SQLite file that stays open as its owner keeps it.
class Owner {
 public:
  explicit Owner(const std::string& path) {
    sql::configure_sqlite();
    EXPECT_EQ(sqlite3_open(path.c_str(), &db_), SQLITE_OK);
  }
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner() { sqlite3_close(db_); }
  void run(const char* sql) {
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db_, sql, nullptr, nullptr, &error), SQLITE_OK) << sql << ": " << (error ? error : "");
    sqlite3_free(error);
  }

 private:
  sqlite3* db_ = nullptr;
};

class AutoTableTest : public ::testing::Test {
 protected:
  AutoTableTest() {
    char name[] = "/tmp/vigil_auto.XXXXXX";
    top_ = ::mkdtemp(name);
  }
  ~AutoTableTest() override { std::filesystem::remove_all(top_); }

  std::string at(const std::string& name) const { return (top_ / name).string(); }

  void database(const std::string& name, const std::string& value) {
    std::filesystem::create_directories((top_ / name).parent_path());
    Owner(at(name)).run(("CREATE TABLE t(a, b); INSERT INTO t VALUES ('" + value + "', 1)").c_str());
  }

  AutoTable table(std::string pattern, std::string query = "SELECT a, b FROM t", Texts columns = {"a", "b"}) const {
    return {"mine", std::move(query), at(pattern), std::move(columns)};
  }

  // The rows of `sql` with the tables of `wanted`, and what was left out.
  Texts rows(const std::vector<AutoTable>& wanted, const std::string& sql) {
    const AutoTables tables(wanted, {});
    sql::Connection connection(tables.tables(), *Host::live(), engine_);
    Texts out;
    auto statement = connection.prepare(sql);
    if (!statement) return {"error: " + statement.error().message};
    while (true) {
      const auto row = (*statement)->step();
      if (!row) return {"error: " + row.error().message};
      if (!*row) break;
      Texts cells;
      for (size_t i = 0; i < (*statement)->columns(); ++i) cells.emplace_back((*statement)->text(i).value_or("NULL"));
      out.push_back(parse::join(cells, " | "));
    }
    const sql::Report& report = connection.report();
    if (report.skipped) out.push_back("skipped " + std::to_string(report.skipped) + ": " + report.first_skip);
    return out;
  }

  std::filesystem::path top_;
  test::TestEngine engine_;
};

TEST_F(AutoTableTest, RowsOfAllFilesOfThePattern) {
  database("ann/x.db", "one");
  database("bob/x.db", "two");
  database("bob/y.db", "three");
  EXPECT_EQ(rows({table("%/x.db")}, "SELECT * FROM mine"), (Texts{"one | 1 | " + at("ann/x.db"), "two | 1 | " + at("bob/x.db")}));
  EXPECT_EQ(rows({table("*/x.db")}, "SELECT a FROM mine WHERE path = '" + at("bob/x.db") + "'"), Texts{"two"});
  EXPECT_EQ(rows({table("%/x.db")}, "SELECT l.a, r.a FROM mine l JOIN mine r USING (path) ORDER BY 1"), (Texts{"one | one", "two | two"}));
  EXPECT_EQ(rows({table("none/%")}, "SELECT * FROM mine"), Texts());
}

TEST_F(AutoTableTest, ColumnsAreFoundByName) {
  database("x.db", "one");
  EXPECT_EQ(rows({table("x.db", "SELECT b AS B, 'c' AS c FROM t", {"c", "a", "b"})}, "SELECT * FROM mine"), Texts{"c | NULL | 1 | " + at("x.db")});
  EXPECT_EQ(rows({table("x.db", "SELECT 'own' AS path", {"path"})}, "SELECT * FROM mine WHERE path = 'own'"), Texts{"own"});
}

TEST_F(AutoTableTest, TheOwnersLocksDoNotMatter) {
  database("x.db", "one");
  Owner owner(at("x.db"));
  owner.run("BEGIN EXCLUSIVE");
  EXPECT_EQ(rows({table("x.db")}, "SELECT a FROM mine"), Texts{"one"});
}

TEST_F(AutoTableTest, RowsInAWriteAheadLogAreSeen) {
  Owner owner(at("x.db"));
  owner.run("PRAGMA journal_mode = WAL; CREATE TABLE t(a, b); INSERT INTO t VALUES ('logged', 2)");
  EXPECT_EQ(rows({table("x.db")}, "SELECT a, b FROM mine"), Texts{"logged | 2"});
  owner.run("INSERT INTO t VALUES ('later', 3)");
  EXPECT_EQ(rows({table("x.db")}, "SELECT a, b FROM mine"), (Texts{"logged | 2", "later | 3"}));
}

TEST_F(AutoTableTest, NothingIsWrittenBesideTheFile) {
  {
    Owner owner(at("w.db"));
    owner.run("PRAGMA journal_mode = WAL; CREATE TABLE t(a, b); INSERT INTO t VALUES ('kept', 1)");
  }
  ASSERT_FALSE(std::filesystem::exists(at("w.db-wal")));
  EXPECT_EQ(rows({table("w.db")}, "SELECT a FROM mine"), Texts{"kept"});
  EXPECT_FALSE(std::filesystem::exists(at("w.db-wal")));
  EXPECT_FALSE(std::filesystem::exists(at("w.db-shm")));
}

TEST_F(AutoTableTest, WhatCannotBeReadIsLeftOut) {
  database("a.db", "good");
  std::ofstream(at("b.db")) << "this is no database, whatever its name says; it is only text of some length";
  ASSERT_EQ(::mkfifo(at("c.db").c_str(), 0600), 0);
  database("d.db", "cut");
  std::filesystem::resize_file(at("d.db"), 4096);
  database("e.db", "bad");
  std::fstream(at("e.db"), std::ios::in | std::ios::out).seekp(100) << std::string(200, '\xff');
  const Texts found = rows({table("%.db")}, "SELECT a FROM mine");
  ASSERT_EQ(found.size(), 2U) << parse::join(found, "\n");
  EXPECT_EQ(found[0], "good");
  EXPECT_TRUE(found[1].starts_with("skipped 4: read '" + at("b.db") + "': file is not a database")) << found[1];
}

TEST_F(AutoTableTest, QueriesOnlyRead) {
  database("x.db", "one");
  for (const char* query : {"ATTACH '/tmp/x' AS y", "PRAGMA writable_schema = 1", "DELETE FROM t", "SELECT 1; SELECT 2", "DROP TABLE t", ""}) {
    const Texts found = rows({table("x.db", query)}, "SELECT * FROM mine");
    ASSERT_EQ(found.size(), 1U) << query;
    EXPECT_TRUE(found[0].starts_with("skipped 1: read '" + at("x.db") + "': ")) << found[0];
  }
  EXPECT_EQ(rows({table("x.db")}, "SELECT a FROM mine"), Texts{"one"});
}

TEST_F(AutoTableTest, AnEndlessViewOfAHostileFileEnds) {
  Owner(at("x.db"))
      .run("CREATE VIEW t AS WITH RECURSIVE n(a, b) AS (SELECT 1, 1 UNION ALL SELECT a + 1, 1 FROM n) SELECT max(a) AS a, 1 AS b FROM n");
  std::atomic<bool> stop = false;
  const Host host = *Host::live({&stop});
  auto file = sql::SqliteFile::open(host, at("x.db"), "SELECT a, b FROM t");
  ASSERT_TRUE(file) << file.error().message;
  stop = true;
  const auto row = file->step();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().message, "read '" + at("x.db") + "': interrupted");
  const Texts found = rows({table("x.db")}, "SELECT a FROM mine");
  EXPECT_EQ(found, Texts{"skipped 1: read '" + at("x.db") + "': the query takes too long"});
}

TEST_F(AutoTableTest, NamesThatAreTaken) {
  const AutoTables tables({{"Processes", "SELECT 1", "/x", {"a"}},
                           {"hosts", "SELECT 1", "/x", {"a"}},
                           {"sqlite_master", "SELECT 1", "/x", {"a"}},
                           {"two words", "SELECT 1", "/x", {"a"}},
                           {"quoted", "SELECT 1", "/x", {"a\""}},
                           {"own", "SELECT 1", "/x", {"path"}},
                           {"OWN", "SELECT 1", "/x", {"a"}}},
                          sql::all_tables());
  EXPECT_EQ(tables.warnings(),
            (Texts{"table 'Processes': a table of this name exists already", "table 'hosts': a table of this name exists already",
                   "table 'sqlite_master': the name is SQLite's own", "table 'two words': its name may have letters, digits and _ only",
                   "table 'quoted': a column's name has a quote or control character",
                   "table 'own': its column path hides the one that has the file's path", "table 'OWN': a table of this name exists already"}));
  EXPECT_EQ(tables.tables().size(), sql::all_tables().size() + 1);
}

class ViewsTest : public ::testing::Test {
 protected:
  ViewsTest() : connection_(sql::all_tables(), *Host::live(), engine_) {}

  std::string first(const std::string& sql) {
    auto statement = connection_.prepare(sql);
    if (!statement) return "error: " + statement.error().message;
    const auto row = (*statement)->step();
    if (!row) return "error: " + row.error().message;
    return *row ? std::string((*statement)->text(0).value_or("NULL")) : "";
  }

  test::TestEngine engine_;
  sql::Connection connection_;
};

TEST_F(ViewsTest, MayUseEachOther) {
  EXPECT_EQ(add_views(connection_, {{"a", "SELECT n + 1 AS n FROM b"}, {"b", "SELECT n + 1 AS n FROM c"}, {"c", "SELECT 1 AS n; -- the end"}}),
            Texts());
  EXPECT_EQ(first("SELECT n FROM a"), "3");
}

TEST_F(ViewsTest, BadOnesAreNamed) {
  EXPECT_EQ(add_views(connection_, {{"good", "SELECT 1"},
                                    {"circle", "SELECT * FROM circle"},
                                    {"column", "SELECT nowhere FROM time"},
                                    {"processes", "SELECT 1"},
                                    {"two", "SELECT 1; SELECT 2"},
                                    {"write", "DELETE FROM time"},
                                    {"x\"; DROP VIEW good; --", "SELECT 7"}}),
            (Texts{"view 'circle': no such table: circle", "view 'column': no such column: nowhere",
                   "view 'processes': a table of this name exists already", "view 'two': it is not one SELECT",
                   "view 'write': table time may not be modified"}));
  EXPECT_EQ(first("SELECT * FROM good"), "1");
  EXPECT_EQ(first("SELECT * FROM \"x\"\"; DROP VIEW good; --\""), "7");
  EXPECT_EQ(first("CREATE TEMP VIEW y AS SELECT 1"), "error: not authorized");
  EXPECT_EQ(first("DROP VIEW good"), "error: not authorized");
}

}  // namespace
}  // namespace vigil::config
