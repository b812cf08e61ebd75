// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/distributed/service.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <future>

#include "core/sql/digest.h"
#include "core/sql/table.h"
#include "tests/runner/test_engine.h"
#include "tests/unit/schedule/parts.h"

namespace vigil::distributed {
namespace {

using schedule::Runner;
using schedule::Task;
using store::Domain;

constexpr int64_t start = 1700000000;
constexpr const char* endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
constexpr const char* thousands =
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 200000) SELECT x, 'a row of many' AS text FROM c";

// Says what it is told to say, and remembers what it is given. Its owner may
// look at it while it is used.
class Script {
 public:
  void say(std::string request) {
    const std::lock_guard lock(mutex_);
    says_.emplace_back(std::move(request));
  }
  void fail(std::string reason) {
    const std::lock_guard lock(mutex_);
    says_.emplace_back(Error{std::move(reason)});
  }
  void refuse(int times) { refusals_ = times; }

  Result<std::string> read() {
    const std::lock_guard lock(mutex_);
    ++reads_;
    if (says_.empty()) return std::string("{}");
    Result<std::string> answer = std::move(says_.front());
    says_.pop_front();
    return answer;
  }
  Result<void> write(const std::string& answers) {
    const std::lock_guard lock(mutex_);
    ++writes_;
    if (refusals_ > 0 && refusals_-- > 0) return Error{"no route to host"};
    taken_.push_back(answers);
    return {};
  }

  int reads() const {
    const std::lock_guard lock(mutex_);
    return reads_;
  }
  int writes() const {
    const std::lock_guard lock(mutex_);
    return writes_;
  }
  // What was taken since the last call.
  std::vector<std::string> taken() {
    const std::lock_guard lock(mutex_);
    return std::exchange(taken_, {});
  }

 private:
  mutable std::mutex mutex_;
  std::deque<Result<std::string>> says_;
  std::vector<std::string> taken_;
  int reads_ = 0, writes_ = 0;
  std::atomic<int> refusals_ = 0;
};

class Scripted final : public Plugin {
 public:
  explicit Scripted(Script& script) : script_(script) {}
  Result<std::string> read(const std::atomic<bool>&) override { return script_.read(); }
  Result<void> write(const std::string& answers, const std::atomic<bool>&) override { return script_.write(answers); }

 private:
  Script& script_;
};

// Runs each task on the thread that submits it, unless it is to hold them back.
class AtOnce final : public schedule::TaskQueue {
 public:
  explicit AtOnce(Runner& runner) : runner_(runner) {}
  void submit(Task task) override {
    ran.push_back(task.name);
    if (hold)
      held.push_back(std::move(task));
    else
      runner_.run_now(std::move(task));
  }
  bool hold = false;
  std::vector<Task> held;
  std::vector<std::string> ran;

 private:
  Runner& runner_;
};

class ServiceTest : public testing::Test {
 protected:
  // A program that can be ended and started again on the same store.
  struct Program {
    explicit Program(ServiceTest& test)
        : board(std::move(*schedule::Board::open(test.board_path_))), denylist(std::move(*schedule::Denylist::open(*test.store_))) {
      auto catalog = std::make_shared<schedule::Catalog>();
      catalog->tables.assign(sql::all_tables().begin(), sql::all_tables().end());
      runner.use(std::move(catalog));
    }
    std::unique_ptr<schedule::Board> board;
    std::unique_ptr<schedule::Denylist> denylist;
    std::unique_ptr<Service> service;
    SystemClock clock;
    test::TestEngine engine;
    Runner runner{{clock, engine, board.get(), [] { return Host::live(); }, 2}};
    AtOnce tasks{runner};
  };

  ServiceTest() {
    char name[] = "/tmp/vigil_distributed_XXXXXX";
    const int file = ::mkstemp(name);
    ::close(file);
    board_path_ = name;
    restart();
  }
  ~ServiceTest() override {
    program_.reset();
    std::filesystem::remove(board_path_);
  }

  void restart() {
    program_.reset();
    program_ = std::make_unique<Program>(*this);
    make_service(program_->tasks);
  }
  void make_service(schedule::TaskQueue& tasks, std::unique_ptr<Plugin> plugin = nullptr) {
    if (!plugin) plugin = std::make_unique<Scripted>(script_);
    Program& p = *program_;
    p.service = std::make_unique<Service>("fake", std::move(plugin),
                                          Service::Parts{clock_, log_, *store_, tasks, *p.denylist, p.board.get(), [this] { return settings_; }, {}});
  }

  int64_t turn() { return program_->service->turn(); }
  // The next time when there is something to do; seconds that passed.
  double next() {
    const int64_t at = turn();
    const int64_t pause = at - clock_.steady();
    clock_.advance(pause);
    turn();
    return static_cast<double>(pause) / Clock::second;
  }

  static std::string json(const rapidjson::Value& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    value.Accept(writer);
    return buffer.GetString();
  }
  // "id status message rows" of all answers taken since the last call.
  std::vector<std::string> answers() {
    std::vector<std::string> lines;
    for (const std::string& text : script_.taken()) {
      rapidjson::Document all;
      EXPECT_FALSE(all.Parse(text.c_str()).HasParseError()) << text;
      for (const auto& each : all["queries"].GetObject()) {
        const char* id = each.name.GetString();
        lines.push_back(std::string(id) + " " + json(all["statuses"][id]) + " " + all["messages"][id].GetString() + " " + json(each.value));
        EXPECT_TRUE(all["stats"][id].IsObject());
      }
    }
    return lines;
  }
  std::vector<std::string> keys(Domain domain) const {
    std::vector<std::string> keys;
    const auto cursor = store_->scan(domain, "");
    while (cursor->next()) keys.emplace_back(cursor->key());
    return keys;
  }
  size_t logged(const std::string& part) const {
    const auto lines = log_.lines();
    return static_cast<size_t>(std::count_if(lines.begin(), lines.end(), [&](const auto& line) { return line.find(part) != line.npos; }));
  }

  using Lines = std::vector<std::string>;
  test::FakeClock clock_{start};
  test::MemoryLog log_;
  std::unique_ptr<store::Store> store_ = store::memory_store();
  Settings settings_;
  Script script_;
  std::string board_path_;
  std::unique_ptr<Program> program_;
};

TEST_F(ServiceTest, Answers) {
  settings_.log_sql = true;
  script_.say(R"({"queries":{"a":"SELECT 1 AS x, NULL AS n","b":"SELECT * FROM no_such_table","c":" "}})");
  const int64_t again = turn();
  EXPECT_EQ(script_.writes(), 1) << "all that have finished go together";
  EXPECT_EQ(answers(), (Lines{R"(a 0  [{"x":"1","n":""}])", "b 1 no such table: no_such_table []", "c 1 the query is empty []"}));
  EXPECT_EQ(again - clock_.steady(), 60 * Clock::second);
  EXPECT_EQ(program_->tasks.ran, (Lines{"distributed.a", "distributed.b", "distributed.c"}));
  EXPECT_TRUE(log_.has("Executing distributed query: a: SELECT 1 AS x, NULL AS n"));
  EXPECT_EQ(keys(Domain::distributed), Lines{});
  EXPECT_EQ(keys(Domain::distributed_running), Lines{});

  EXPECT_EQ(next(), 60);
  EXPECT_EQ(script_.reads(), 2);
  EXPECT_EQ(script_.writes(), 1) << "nothing was asked";
}

TEST_F(ServiceTest, BudgetsCutAndSaySo) {
  settings_.budget.rows = 2;
  script_.say(R"({"queries":{"q":"SELECT 1 AS x UNION SELECT 2 UNION SELECT 3"}})");
  turn();
  EXPECT_EQ(answers(), (Lines{R"(q 1 the query was ended early: it has more than 2 rows [{"x":"1"},{"x":"2"}])"}));
}

TEST_F(ServiceTest, LargeResults) {
  script_.say(std::string(R"({"queries":{"large":")") + thousands + R"(","small":"SELECT 1 AS x"}})");
  turn();
  const auto taken = script_.taken();
  size_t rows = 0;
  for (const std::string& text : taken) {
    rapidjson::Document all;
    ASSERT_FALSE(all.Parse(text.c_str()).HasParseError());
    if (!all["queries"].HasMember("large")) continue;
    EXPECT_EQ(all["statuses"]["large"].GetInt(), 0);
    rows += all["queries"]["large"].Size();
    EXPECT_STREQ(all["queries"]["large"][199'999]["x"].GetString(), "200000");
  }
  EXPECT_EQ(rows, 200'000U);
  EXPECT_EQ(keys(Domain::distributed_running), Lines{});
}

TEST_F(ServiceTest, DiscoverySaysWhatRuns) {
  script_.say(R"({"queries":{"always":"SELECT 1 AS x","no":"SELECT 2 AS x","yes":"SELECT 3 AS x","many":"SELECT 4 AS x"},)"
              R"("discovery":{"no":"SELECT 1 WHERE 0","yes":"SELECT 1","many":"SELECT 1 UNION SELECT 2","other":"SELECT 1"}})");
  turn();
  EXPECT_EQ(answers(), (Lines{R"(always 0  [{"x":"1"}])", R"(many 0  [{"x":"4"}])", R"(yes 0  [{"x":"3"}])"}));
  EXPECT_EQ(std::count(program_->tasks.ran.begin(), program_->tasks.ran.end(), "distributed discovery"), 3) << "equal ones run once";
}

TEST_F(ServiceTest, AnErrorInDiscoveryRefusesAll) {
  script_.say(R"({"queries":{"a":"SELECT 1 AS x"},"discovery":{"b":"SELECT * FROM no_such_table"},"accelerate":100})");
  turn();
  EXPECT_EQ(script_.writes(), 0);
  EXPECT_EQ(program_->tasks.ran, Lines{"distributed discovery"});
  EXPECT_TRUE(
      log_.has("Distributed plugin fake fails to say what is asked: its whole request is refused, because the discovery query of 'b' failed: "
               "no such table: no_such_table"));
  EXPECT_EQ(next(), 60) << "it does not accelerate";
  EXPECT_TRUE(log_.has("Distributed plugin fake works again"));
}

TEST_F(ServiceTest, Accelerates) {
  script_.say(R"({"accelerate":12})");
  EXPECT_EQ(turn() - clock_.steady(), 5 * Clock::second);
  EXPECT_EQ(*store_->get(Domain::configurations, "distributed_accelerate_checkins_expire"), std::to_string(start + 12));
  EXPECT_EQ(next(), 5);
  // It lasts over a restart.
  restart();
  turn();
  EXPECT_EQ(next(), 5);
  EXPECT_EQ(next(), 5) << "at second 10 it is still accelerated";
  EXPECT_EQ(next(), 60);

  settings_.interval = 3;
  script_.say(R"({"accelerate":1000})");
  EXPECT_EQ(next(), 60);
  EXPECT_EQ(next(), 3) << "it never asks less often";
  script_.say(R"({"accelerate":0})");
  settings_.interval = 10;
  next();
  EXPECT_EQ(next(), 10);
}

TEST_F(ServiceTest, APluginThatFailsCostsLogLinesAndTime) {
  settings_.interval = 10;
  for (int i = 0; i < 8; ++i) script_.fail("connect: refused");
  script_.say("[]");
  turn();
  for (const double seconds : {10, 20, 40, 60, 60, 60, 60, 60}) EXPECT_EQ(next(), seconds);
  EXPECT_EQ(logged("Distributed plugin fake fails to say what is asked: connect: refused"), 1U);
  EXPECT_EQ(next(), 60);
  EXPECT_EQ(logged("works again"), 1U);
  EXPECT_EQ(next(), 10);
  script_.say("[]");
  next();
  EXPECT_EQ(logged("its answer is no request: it is an array, expected an object"), 1U);
}

TEST_F(ServiceTest, AnswersWaitUntilTheyAreTaken) {
  script_.refuse(2);
  script_.say(R"({"queries":{"a":"SELECT 1 AS x"}})");
  turn();
  EXPECT_EQ(answers(), Lines{});
  EXPECT_EQ(keys(Domain::distributed_running), Lines{"answer.a"});
  EXPECT_EQ(next(), 1);
  EXPECT_EQ(answers(), Lines{});
  // The server asks again for what it has not got, and for more.
  script_.say(R"({"queries":{"a":"SELECT 1 AS x","b":"SELECT 2 AS x"}})");
  clock_.advance(60 * Clock::second);
  turn();
  EXPECT_EQ(answers(), (Lines{R"(a 0  [{"x":"1"}])", R"(b 0  [{"x":"2"}])"}));
  EXPECT_EQ(script_.writes(), 3) << "what was kept goes with the next";
  EXPECT_EQ(program_->tasks.ran, (Lines{"distributed.a", "distributed.b"})) << "each once";
  EXPECT_EQ(logged("Distributed plugin fake takes no answers, they are kept: no route to host"), 1U);
  EXPECT_EQ(keys(Domain::distributed_running), Lines{});
  for (int i = 0; i < 3; ++i) next();
  EXPECT_EQ(script_.writes(), 3);
}

TEST_F(ServiceTest, AnswersSurviveARestart) {
  script_.refuse(1);
  script_.say(R"({"queries":{"a":"SELECT 1 AS x"}})");
  turn();
  restart();
  turn();
  EXPECT_EQ(answers(), Lines{R"(a 0  [{"x":"1"}])"});
  restart();
  turn();
  EXPECT_EQ(answers(), Lines{});
}

TEST_F(ServiceTest, AnIdIsBusyUntilItsAnswerIsTaken) {
  program_->tasks.hold = true;
  script_.say(R"({"queries":{"a":"SELECT 1 AS x"}})");
  turn();
  script_.say(R"({"queries":{"a":"SELECT 1 AS x"}})");
  next();
  script_.say(R"({"queries":{"a":"SELECT 2 AS x"}})");
  next();
  ASSERT_EQ(program_->tasks.held.size(), 1U);
  program_->tasks.hold = false;
  program_->runner.run_now(std::move(program_->tasks.held.front()));
  turn();
  turn();
  EXPECT_EQ(answers(), (Lines{R"(a 0  [{"x":"1"}])", R"(a 0  [{"x":"2"}])"}));
  EXPECT_EQ(keys(Domain::distributed), Lines{});
}

TEST_F(ServiceTest, OneThatRunsHoldsUpOthersOnlyForAMoment) {
  program_->tasks.hold = true;
  script_.say(R"({"queries":{"quick":"SELECT 1 AS x","slow":"SELECT 2 AS x"}})");
  turn();
  ASSERT_EQ(program_->tasks.held.size(), 2U);
  program_->runner.run_now(std::move(program_->tasks.held[0]));
  turn();
  EXPECT_EQ(answers(), Lines{});
  EXPECT_EQ(next(), 1);
  EXPECT_EQ(answers(), Lines{R"(quick 0  [{"x":"1"}])"});
  program_->runner.run_now(std::move(program_->tasks.held[1]));
  turn();
  EXPECT_EQ(answers(), Lines{R"(slow 0  [{"x":"2"}])"});
}

TEST_F(ServiceTest, WhatWasAcceptedRunsAfterARestart) {
  program_->tasks.hold = true;
  script_.say(R"({"queries":{"a":"SELECT 1 AS x","b":"SELECT 2 AS x"}})");
  turn();
  EXPECT_EQ(keys(Domain::distributed), (Lines{"a", "b"}));
  EXPECT_EQ(*store_->get(Domain::distributed, "a"), "SELECT 1 AS x");
  restart();
  // The server asks again meanwhile.
  script_.say(R"({"queries":{"a":"SELECT 1 AS x"}})");
  turn();
  EXPECT_EQ(answers(), (Lines{R"(a 0  [{"x":"1"}])", R"(b 0  [{"x":"2"}])"}));
  EXPECT_EQ(program_->tasks.ran, (Lines{"distributed.a", "distributed.b"}));
}

std::string digest(const std::string& sql) { return sql::hex(*sql::digest("sha256", sql)); }

TEST_F(ServiceTest, WhatRanAtACrashIsDenied) {
  const std::string sql = "SELECT 1 AS x", key = digest(sql), name = "distributed." + key;
  store::Batch batch;
  // As osquery leaves it, too.
  batch.put(Domain::distributed_running, key, std::to_string(start - 100));
  batch.put(Domain::distributed_running, digest("SELECT 2 AS x"), std::to_string(start - 86400) + "\tSELECT 2 AS x");
  ASSERT_TRUE(store_->write(batch));
  restart();
  const std::string request = R"({"queries":{"a":"SELECT 1 AS x","b":"SELECT 2 AS x"}})";
  script_.say(request);
  turn();
  EXPECT_EQ(answers(), (Lines{"a 1 distributed query is denylisted []", R"(b 0  [{"x":"2"}])"}));
  EXPECT_EQ(keys(Domain::distributed), Lines{});
  EXPECT_EQ(keys(Domain::distributed_running), Lines{});
  const auto entries = program_->denylist->entries(start);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].name, name);
  EXPECT_EQ(entries[0].expires, start - 100 + 86400);
  EXPECT_EQ(logged("Distributed query may have failed: "), 1U);

  // As a discovery query it is not run either, over another restart.
  restart();
  script_.say(R"({"queries":{"c":"SELECT 3"},"discovery":{"c":"SELECT 1 AS x"}})");
  turn();
  EXPECT_EQ(answers(), Lines{"c 1 distributed query is denylisted []"});

  // It can be lifted, and ends by itself.
  EXPECT_TRUE(program_->denylist->allow(name));
  script_.say(request);
  next();
  EXPECT_EQ(answers().front(), R"(a 0  [{"x":"1"}])");
  program_->denylist->deny(name, "why", clock_.unix_time(), 60);
  script_.say(request);
  next();
  EXPECT_EQ(answers().front(), R"(a 0  [{"x":"1"}])") << "after 60 seconds";
  EXPECT_TRUE(program_->denylist->entries(0).empty()) << "a run that went well is forgiven";
}

// The marks that a query leaves while it runs are those that a crash leaves.
TEST_F(ServiceTest, IsMarkedWhileItRuns) {
  const std::string sql = endless;
  make_service(program_->runner);
  script_.say(R"({"queries":{"a":")" + sql + R"("}})");
  turn();
  while (program_->runner.running().empty() || keys(Domain::distributed_running).empty()) std::this_thread::yield();
  EXPECT_EQ(keys(Domain::distributed_running), Lines{digest(sql)});
  EXPECT_EQ(keys(Domain::distributed), Lines{});
  const auto running = program_->runner.running();
  ASSERT_EQ(running.size(), 1U);
  EXPECT_EQ(running[0].name, "distributed.a");
  EXPECT_EQ(running[0].lane, "live");
  EXPECT_EQ(running[0].query, sql);

  // What another process finds that starts now.
  const std::string copy = board_path_ + ".copy";
  std::filesystem::copy_file(board_path_, copy);
  const auto board = schedule::Board::open(copy);
  std::filesystem::remove(copy);
  ASSERT_TRUE(board);
  ASSERT_EQ((*board)->suspects().size(), 1U);
  EXPECT_TRUE((*board)->suspects()[0].live);
  const auto blamed = program_->denylist->blame((*board)->suspects(), {true, false, true, "", start}, start);
  EXPECT_TRUE(blamed.empty()) << "the service denies it";

  // The task runs, its query may not have begun.
  while (keys(Domain::distributed_running) != Lines{"answer.a"}) program_->runner.cancel(running[0].id, "it was cancelled");
  turn();
  EXPECT_EQ(answers(), Lines{"a 1 the query was ended early: it was cancelled []"});
}

TEST_F(ServiceTest, AtTheEndQueriesAreKeptForLater) {
  make_service(program_->runner);
  script_.say(std::string(R"({"queries":{"a":")") + endless + R"("}})");
  turn();
  while (keys(Domain::distributed_running).empty()) std::this_thread::yield();
  program_->service->stop();
  program_->runner.stop();
  EXPECT_TRUE(program_->runner.wait(10 * Clock::second));
  EXPECT_EQ(keys(Domain::distributed), Lines{"a"});
  EXPECT_EQ(keys(Domain::distributed_running), Lines{});
  EXPECT_EQ(answers(), Lines{});
}

TEST_F(ServiceTest, WhatBrokeALimitIsNotRunAgain) {
  make_service(program_->runner);
  const std::string request = std::string(R"({"queries":{"a":")") + endless + R"("}})";
  script_.say(request);
  turn();
  while (keys(Domain::distributed_running).empty()) std::this_thread::yield();
  program_->board->freeze();
  program_->service->stop();
  program_->runner.stop();
  EXPECT_TRUE(program_->runner.wait(10 * Clock::second));
  restart();
  script_.say(request);
  turn();
  EXPECT_EQ(answers(), Lines{"a 1 distributed query is denylisted []"});
}

TEST_F(ServiceTest, AStoreThatFailsCostsNoAnswer) {
  class Broken final : public store::Store {
   public:
    Result<std::optional<std::string>> get(Domain, std::string_view) const override { return Error{"broken"}; }
    Result<void> write(const store::Batch&) override { return Error{"no space left"}; }
    std::unique_ptr<store::Cursor> scan(Domain domain, std::string_view prefix, std::string_view from) const override {
      return empty_->scan(domain, prefix, from);
    }
    uint64_t bytes() const override { return 0; }

   private:
    std::unique_ptr<store::Store> empty_ = store::memory_store();
  };
  program_.reset();
  store_ = std::make_unique<Broken>();
  restart();
  script_.say(R"({"queries":{"a":"SELECT 1 AS x"}})");
  turn();
  EXPECT_EQ(answers(), Lines{R"(a 0  [{"x":"1"}])"});
  EXPECT_EQ(logged("Distributed queries and answers are kept in memory only: no space left"), 1U);
}

// Reads for ever, or until it is told to stop.
class Blocking final : public Plugin {
 public:
  Blocking(std::promise<void>& reading, std::shared_future<void> release) : reading_(reading), release_(std::move(release)) {}
  Result<std::string> read(const std::atomic<bool>& stop) override {
    reading_.set_value();
    while (release_.valid() ? release_.wait_for(std::chrono::seconds(0)) != std::future_status::ready : !stop) std::this_thread::yield();
    return Error{"it was stopped"};
  }
  Result<void> write(const std::string&, const std::atomic<bool>&) override { return {}; }

 private:
  std::promise<void>& reading_;
  std::shared_future<void> release_;
};

TEST_F(ServiceTest, EndsWhileItReads) {
  std::promise<void> reading;
  make_service(program_->tasks, std::make_unique<Blocking>(reading, std::shared_future<void>()));
  program_->service->start();
  reading.get_future().wait();
  program_->service->stop();
  EXPECT_TRUE(program_->service->join(60 * Clock::second));
  EXPECT_EQ(log_.lines(), Lines{}) << "it is no failure";
}

TEST_F(ServiceTest, APluginThatDoesNotStopIsReported) {
  std::promise<void> reading, release;
  make_service(program_->tasks, std::make_unique<Blocking>(reading, release.get_future().share()));
  program_->service->start();
  reading.get_future().wait();
  program_->service->stop();
  EXPECT_FALSE(program_->service->join(1000));
  release.set_value();
  EXPECT_TRUE(program_->service->join(60 * Clock::second));
}

// Many queries, some refusals, each answer once.
TEST_F(ServiceTest, WithTheRunner) {
  constexpr int requests = 20, queries = 10;
  script_.refuse(5);
  for (int i = 0; i < requests; ++i) {
    std::string text = R"({"queries":{)";
    for (int j = 0; j < queries; ++j) {
      const std::string number = std::to_string(i * queries + j);
      text += (j ? ",\"" : "\"") + number + R"(":"SELECT )" + number + R"( AS x")";
    }
    script_.say(text + R"(},"discovery":{"0":"SELECT 1"}})");
  }
  make_service(program_->runner);
  Lines all;
  for (int waited = 0; all.size() < requests * queries && waited < 60'000; ++waited) {
    turn();
    clock_.advance(Clock::second / 2);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    for (std::string& line : answers()) all.push_back(std::move(line));
  }
  Lines expected;
  for (int i = 0; i < requests * queries; ++i) expected.push_back(std::to_string(i) + R"( 0  [{"x":")" + std::to_string(i) + "\"}]");
  std::sort(expected.begin(), expected.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, expected);
  EXPECT_EQ(keys(Domain::distributed_running), Lines{});
}

TEST_F(ServiceTest, OnItsOwnThread) {
  script_.say(R"({"queries":{"a":"SELECT 1 AS x","b":"SELECT 2 AS x"},"discovery":{"b":"SELECT 1"}})");
  make_service(program_->runner);
  program_->service->start();
  Lines all;
  for (int waited = 0; all.size() < 2 && waited < 60'000; ++waited) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    for (std::string& line : answers()) all.push_back(std::move(line));
  }
  EXPECT_EQ(all, (Lines{R"(a 0  [{"x":"1"}])", R"(b 0  [{"x":"2"}])"}));
  program_->service->stop();
  EXPECT_TRUE(program_->service->join(60 * Clock::second));
}

}  // namespace
}  // namespace vigil::distributed
