// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/runner.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

#include "core/sql/table.h"
#include "tests/runner/test_engine.h"

namespace vigil::schedule {
namespace {

constexpr const char* endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
constexpr const char* endless_rows = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c";

class RunnerTest : public testing::Test {
 protected:
  RunnerTest() {
    auto catalog = std::make_shared<Catalog>();
    catalog->tables.assign(sql::all_tables().begin(), sql::all_tables().end());
    catalog->views["one"] = "SELECT 1 AS x";
    runner_.use(std::move(catalog));
  }

  Outcome run(const std::string& sql, const Budget& budget = {}) {
    Outcome outcome;
    runner_.run_now({"test", sql, Lane::live, false, [&](Work& work) { outcome = work.query(sql, budget); }});
    return outcome;
  }

  static std::vector<int64_t> integers(const results::RowSet& rows) {
    std::vector<int64_t> all;
    for (size_t i = 0; i < rows.size(); ++i) {
      results::Unpacker row(rows.packed(i));
      for (sql::Value value; row.next(value);) all.push_back(value.integer);
    }
    return all;
  }

  SystemClock clock_;
  test::TestEngine engine_;
  Runner runner_{{clock_, engine_, nullptr, [] { return Host::live(); }, 2}};
};

TEST_F(RunnerTest, RowsOfAllStatementsAreOneResult) {
  const Outcome outcome = run("SELECT 1 AS x; SELECT 2 AS x;; -- and no more");
  EXPECT_FALSE(outcome.error);
  EXPECT_EQ(outcome.stopped, "");
  EXPECT_EQ(integers(outcome.rows), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(outcome.used.output_size, 2 * (1 + 8));
  EXPECT_TRUE(run("SELECT 1 AS x; SELECT 2 AS y").error);
}

TEST_F(RunnerTest, ErrorsAreThoseOfTheQuery) {
  const Outcome outcome = run("SELECT * FROM no_such_table");
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->message, "no such table: no_such_table");
  EXPECT_EQ(outcome.stopped, "");
}

TEST_F(RunnerTest, SqlEndsNowhereButAtItsEnd) {
  const std::string sql("SELECT 1 AS x;\0SELECT 2 AS x", 28);
  const Outcome outcome = run(sql);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->message, "there is a NUL byte in the SQL");
}

TEST_F(RunnerTest, SeesViews) { EXPECT_EQ(integers(run("SELECT x FROM one").rows), std::vector<int64_t>{1}); }

TEST_F(RunnerTest, BudgetOfTime) {
  Budget budget;
  budget.wall = 100'000;
  const Outcome outcome = run(endless, budget);
  EXPECT_FALSE(outcome.error);
  EXPECT_FALSE(outcome.cancelled);
  EXPECT_EQ(outcome.stopped, "it ran for more than 0.1 s");
  EXPECT_GE(outcome.used.wall, 100'000);
}

TEST_F(RunnerTest, BudgetOfProcessorTime) {
  Budget budget;
  budget.cpu = 50'000;
  const Outcome outcome =
      run("SELECT a.path, count(*) FROM file AS a, file AS b WHERE a.path LIKE '/usr/%%' AND b.path LIKE '/usr/%%' GROUP BY 1", budget);
  EXPECT_EQ(outcome.stopped, "it used more than 0.0 s of processor time");
  EXPECT_GE(outcome.used.user + outcome.used.system, 40'000);
}

TEST_F(RunnerTest, BudgetOfRowsGivesThoseRows) {
  Budget budget;
  budget.rows = 10;
  const Outcome outcome = run(endless_rows, budget);
  EXPECT_EQ(outcome.stopped, "it has more than 10 rows");
  EXPECT_EQ(outcome.rows.size(), 10U);
  EXPECT_EQ(run("SELECT 1 UNION SELECT 2", {0, 0, 2, 0}).stopped, "");
}

TEST_F(RunnerTest, BudgetOfMemory) {
  Budget budget;
  budget.memory = 8 << 20;
  // In rows that are returned, in a sort, and in one value.
  const Outcome rows = run(endless_rows, budget);
  EXPECT_EQ(rows.stopped, "it took more than 8 MB of memory");
  EXPECT_GT(rows.rows.size(), 1000U);
  const Outcome sort =
      run("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1000000) SELECT DISTINCT x FROM c ORDER BY -x", budget);
  EXPECT_EQ(sort.stopped, "it took more than 8 MB of memory");
  EXPECT_EQ(sort.rows.size(), 0U);
  EXPECT_EQ(run("SELECT length(randomblob(100000000))", budget).stopped, "it took more than 8 MB of memory");
  EXPECT_LT(rows.used.memory, 16 << 20);
  // The next query has all of it again.
  EXPECT_EQ(run("SELECT 1", budget).stopped, "");
}

TEST_F(RunnerTest, ASlowQueryDelaysNobody) {
  std::promise<void> slow_runs, slow_ended;
  runner_.submit({"slow", endless, Lane::scheduled, false, [&](Work& work) {
                    slow_runs.set_value();
                    work.query(endless, {});
                    slow_ended.set_value();
                  }});
  slow_runs.get_future().wait();
  for (int i = 0; i < 20; ++i) {
    std::promise<int64_t> ended;
    runner_.submit(
        {"quick", "SELECT 7", Lane::scheduled, false, [&](Work& work) { ended.set_value(integers(work.query("SELECT 7", {}).rows).front()); }});
    EXPECT_EQ(ended.get_future().get(), 7);
  }
  // The last quick one may still be leaving.
  auto running = runner_.running();
  while (running.size() > 1) running = runner_.running();
  EXPECT_EQ(running[0].name, "slow");
  EXPECT_EQ(running[0].lane, "scheduled");
  EXPECT_FALSE(runner_.cancel(running[0].id + 1000, "no"));
  EXPECT_TRUE(runner_.cancel(running[0].id, "enough"));
  slow_ended.get_future().wait();
}

TEST_F(RunnerTest, OnlySoManyAreSlow) {
  std::mutex mutex;
  std::condition_variable changed;
  int started = 0;
  const auto task = [&](Work& work) {
    {
      const std::lock_guard lock(mutex);
      ++started;
      changed.notify_all();
    }
    work.query(endless, {});
  };
  for (int i = 0; i < 6; ++i) runner_.submit({"slow", endless, Lane::live, false, task});
  {
    std::unique_lock lock(mutex);
    // Two that are slow, and the one that holds the lane.
    changed.wait(lock, [&] { return started == 3; });
    EXPECT_FALSE(changed.wait_for(lock, std::chrono::milliseconds(200), [&] { return started > 3; }));
    EXPECT_EQ(runner_.running().size(), 3U);
  }
  runner_.stop();
  EXPECT_TRUE(runner_.wait(10'000'000));
}

TEST_F(RunnerTest, StopsWhatRuns) {
  std::promise<void> runs;
  std::promise<Outcome> ended;
  runner_.submit({"endless", endless, Lane::scheduled, false, [&](Work& work) {
                    runs.set_value();
                    ended.set_value(work.query(endless, {}));
                  }});
  runs.get_future().wait();
  runner_.stop();
  const Outcome outcome = ended.get_future().get();
  EXPECT_TRUE(outcome.cancelled);
  EXPECT_EQ(outcome.stopped, "the program is stopping");
  EXPECT_TRUE(runner_.wait(10'000'000));
  runner_.submit({"late", "", Lane::scheduled, false, [](Work&) { FAIL() << "it runs after the end"; }});
}

}  // namespace
}  // namespace vigil::schedule
