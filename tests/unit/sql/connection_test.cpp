// SPDX-License-Identifier: Apache-2.0
#include "core/sql/connection.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/runner/test_engine.h"

namespace vigil::sql {
namespace {

class ConnectionTest : public ::testing::Test {
 protected:
  ConnectionTest() : connection_(all_tables(), std::move(*Host::live()), engine_) {}

  test::TestEngine engine_;
  Connection connection_;
};

TEST_F(ConnectionTest, GivesRowsAsText) {
  auto statement = connection_.prepare("SELECT 1 AS one, 'two' AS two, NULL AS none, 2.5");
  ASSERT_TRUE(statement && *statement);
  EXPECT_TRUE(*(*statement)->step());
  EXPECT_EQ((*statement)->columns(), 4u);
  EXPECT_EQ((*statement)->name(0), "one");
  EXPECT_EQ((*statement)->text(0), "1");
  EXPECT_EQ((*statement)->text(1), "two");
  EXPECT_EQ((*statement)->text(2), std::nullopt);
  EXPECT_EQ((*statement)->text(3), "2.5");
  EXPECT_EQ((*statement)->value(0).kind, Value::Kind::integer);
  EXPECT_EQ((*statement)->value(2).kind, Value::Kind::null);
  EXPECT_FALSE(*(*statement)->step());
}

TEST_F(ConnectionTest, TakesStatementsOneByOne) {
  std::string_view rest = "SELECT 1; ; SELECT 2; -- the end";
  std::vector<std::string> seen;
  while (!rest.empty()) {
    auto statement = connection_.prepare(rest, &rest);
    ASSERT_TRUE(statement);
    if (!*statement) continue;
    EXPECT_TRUE(*(*statement)->step());
    seen.emplace_back(*(*statement)->text(0));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "2"}));
}

TEST_F(ConnectionTest, ErrorsCarrySqlitesCode) {
  EXPECT_EQ(connection_.prepare("SELEC 1").error().message, "near \"SELEC\": syntax error");
  EXPECT_EQ(connection_.prepare("SELEC 1").error().code, 1);
  EXPECT_EQ(connection_.prepare("SELECT * FROM nowhere").error().message, "no such table: nowhere");
}

// SQLite itself forgets an interrupt when no statement is running.
TEST_F(ConnectionTest, CancelEndsAQueryThatIsAboutToRun) {
  auto statement = connection_.prepare("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
  ASSERT_TRUE(statement);
  connection_.cancel();
  const auto row = (*statement)->step();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().message, "the query was cancelled");
}

TEST_F(ConnectionTest, CancelEndsARunningQuery) {
  auto statement = connection_.prepare("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
  ASSERT_TRUE(statement);
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    connection_.cancel();
  });
  const auto row = (*statement)->step();
  other.join();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().message, "the query was cancelled");

  connection_.resume();
  auto next = connection_.prepare("SELECT 1");
  ASSERT_TRUE(next);
  EXPECT_TRUE(*(*next)->step());
}

TEST_F(ConnectionTest, CancelEndsAScan) {
  auto statement = connection_.prepare("SELECT a.pid FROM processes a, processes b, processes c, processes d");
  ASSERT_TRUE(statement);
  ASSERT_TRUE(*(*statement)->step());
  connection_.cancel();
  EXPECT_FALSE((*statement)->step());
}

TEST_F(ConnectionTest, ExplainNamesSourcesAndKeys) {
  const auto lines = connection_.explain("SELECT p.name FROM processes p WHERE p.pid IN (1, 2)");
  ASSERT_TRUE(lines);
  EXPECT_EQ(*lines, (std::vector<std::string>{"scan processes", "  reads: pid, status", "  keys: pid IN"}));
  const auto all = connection_.explain("SELECT pid FROM processes");
  EXPECT_EQ(all->back(), "  keys: none, every row is looked at");
}

TEST_F(ConnectionTest, AStatementMayOutliveTheRowsItGave) {
  for (int i = 0; i < 3; ++i) {
    auto statement = connection_.prepare("SELECT pid FROM processes");
    ASSERT_TRUE(*(*statement)->step());
  }
  auto statement = connection_.prepare("SELECT count(*) FROM processes a JOIN processes b USING (pid)");
  ASSERT_TRUE(*(*statement)->step());
}

TEST(Complete, KnowsTheEndOfAStatement) {
  EXPECT_TRUE(complete("SELECT 1;"));
  EXPECT_FALSE(complete("SELECT 1"));
  EXPECT_FALSE(complete("SELECT ';"));
  EXPECT_TRUE(complete("SELECT 1; -- done"));
}

}  // namespace
}  // namespace vigil::sql
