// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/scheduler.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>

#include "tests/runner/test_engine.h"
#include "tests/unit/schedule/parts.h"

namespace vigil::schedule {
namespace {

// 1700000000 is no multiple of 60: the next one is 1700000040.
constexpr int64_t start = 1700000000;

// Runs each task at once.
class AtOnce final : public TaskQueue {
 public:
  explicit AtOnce(Runner& runner) : runner_(runner) {}
  void submit(Task task) override { waiting.push_back(std::move(task)); }
  void run() {
    while (!waiting.empty()) {
      Task task = std::move(waiting.front());
      waiting.erase(waiting.begin());
      runner_.run_now(std::move(task));
    }
  }
  std::vector<Task> waiting;

 private:
  Runner& runner_;
};

// A program that can be ended and started again on the same store.
class SchedulerTest : public testing::Test {
 protected:
  struct Program {
    Program(SchedulerTest& test) : test(test) {
      auto catalog = std::make_shared<Catalog>();
      catalog->tables.assign(sql::all_tables().begin(), sql::all_tables().end());
      runner.use(std::move(catalog));
    }
    SchedulerTest& test;
    std::unique_ptr<log::Spool> spool = std::move(*log::Spool::open(*test.store_, {{{"reader"}}}, test.clock_));
    std::unique_ptr<Denylist> denylist = std::move(*Denylist::open(*test.store_));
    Decorators decorators{test.log_};
    Runner runner{{test.system_, test.engine_, nullptr, [] { return Host::live(); }, 1}};
    AtOnce tasks{runner};
    Scheduler scheduler{{test.clock_, test.log_, *test.store_, *spool, tasks, *denylist, decorators, [] { return results::Speaker{"host"}; }, {}}};
  };

  SchedulerTest() { restart(); }
  void restart() {
    program_.reset();
    program_ = std::make_unique<Program>(*this);
    // Lines that were not read before are not those of the new program.
    (void)lines();
  }

  config::Query& add(const std::string& name, const std::string& sql, uint64_t interval) {
    if (config_.packs.empty()) config_.packs.push_back({"main", "test.conf"});
    config::Query query;
    query.name = query.bare_name = name;
    query.pack = "main";
    query.sql = sql;
    query.interval = interval;
    config_.packs.front().queries.push_back(query);
    return config_.packs.front().queries.back();
  }
  void configure() { program_->scheduler.configure(config_, settings_); }
  // Lets time pass a second at a time.
  void pass(int64_t seconds) {
    for (int64_t i = 0; i < seconds; ++i) {
      clock_.advance(Clock::second);
      tick();
    }
  }
  void tick() {
    program_->scheduler.tick();
    program_->tasks.run();
  }

  // What the loggers get since the last call.
  std::vector<std::string> lines() {
    std::vector<std::string> lines;
    while (true) {
      const auto records = program_->spool->next("reader", 0xf, 1000, 1 << 20);
      if (!records || records->empty()) return lines;
      for (const auto& record : *records) {
        if (record.kind != log::Kind::status) lines.push_back(record.text);
        (void)program_->spool->acknowledge("reader", record.kind, record.sequence);
      }
    }
  }
  // "NAME COUNTER ACTION" of each line, sorted out of its JSON.
  std::vector<std::string> events() {
    std::vector<std::string> events;
    for (const std::string& line : lines()) {
      rapidjson::Document json;
      json.Parse(line.c_str());
      EXPECT_TRUE(json.IsObject()) << line;
      events.push_back(std::string(json["name"].GetString()) + " " + std::to_string(json["counter"].GetUint64()) + " " + json["action"].GetString());
    }
    return events;
  }
  const sql::ScheduleInfo info(const std::string& name) {
    for (const auto& info : program_->scheduler.schedule())
      if (info.name == name) return info;
    ADD_FAILURE() << "no query " << name;
    return {};
  }

  using Lines = std::vector<std::string>;
  test::FakeClock clock_{start};
  SystemClock system_;
  test::MemoryLog log_;
  test::TestEngine engine_;
  std::unique_ptr<store::Store> store_ = store::memory_store();
  config::Config config_;
  Settings settings_ = [] {
    Settings settings;
    settings.splay_percent = 101;  // none
    return settings;
  }();
  std::unique_ptr<Program> program_;
};

TEST_F(SchedulerTest, RunsAtMultiplesOfTheInterval) {
  add("minute", "SELECT 1 AS x", 60).snapshot = true;
  configure();
  tick();
  EXPECT_EQ(events(), Lines{});
  EXPECT_EQ(info("minute").next_execution, 1700000040);
  pass(39);
  EXPECT_EQ(events(), Lines{});
  pass(1);
  EXPECT_EQ(events(), Lines{"minute 0 snapshot"});
  pass(3600);
  EXPECT_EQ(events().size(), 60U);
  EXPECT_EQ(info("minute").executions, 61);
  EXPECT_EQ(info("minute").last_executed, 1700000040 + 3600);
}

TEST_F(SchedulerTest, UnchangedRowsAreOneLineAndOneWrite) {
  add("same", "SELECT 1 AS x", 10);
  configure();
  pass(10);
  EXPECT_EQ(events(), Lines{"same 0 added"});
  EXPECT_TRUE(log_.has("Storing initial results for new scheduled query: same"));
  pass(100);
  EXPECT_EQ(events(), Lines{});
  EXPECT_EQ(info("same").executions, 11);
}

TEST_F(SchedulerTest, CountersGoOnOverARestart) {
  add("time", "SELECT executions AS n FROM osquery_schedule LIMIT 1; SELECT value AS n FROM osquery_flags WHERE name = 'read_max'", 10);
  config_.packs.front().queries.back().sql = "SELECT value AS n FROM osquery_flags WHERE name = 'read_max'";
  configure();
  for (const char* value : {"1", "2", "3"}) {
    engine_.options["read_max"] = value;
    pass(10);
  }
  EXPECT_EQ(events(), (Lines{"time 0 added", "time 1 removed", "time 1 added", "time 2 removed", "time 2 added"}));

  restart();
  configure();
  engine_.options["read_max"] = "4";
  pass(10);
  EXPECT_EQ(events(), (Lines{"time 3 removed", "time 3 added"}));
  settings_.epoch = 7;
  configure();
  pass(10);
  EXPECT_EQ(events(), (Lines{"time 0 added"}));
}

TEST_F(SchedulerTest, RemovedRowsCanBeLeftOut) {
  add("time", "SELECT value AS n FROM osquery_flags WHERE name = 'read_max'", 10).removed = false;
  configure();
  for (const char* value : {"1", "2"}) {
    engine_.options["read_max"] = value;
    pass(10);
  }
  EXPECT_EQ(events(), (Lines{"time 0 added", "time 1 added"}));
}

TEST_F(SchedulerTest, ADailyQueryRunsDailyOnAHostThatRestarts) {
  add("daily", "SELECT 1 AS x", 86400).snapshot = true;
  configure();
  int runs = 0;
  // Five days, up for three of every four hours, never for a whole day.
  for (int64_t hour = 0; hour < 5 * 24; ++hour) {
    if (hour % 4 == 3) {
      program_->scheduler.save();
      clock_.advance(3600 * Clock::second);
      restart();
      configure();
    }
    for (int minute = 0; minute < 60; ++minute) {
      clock_.advance(60 * Clock::second);
      tick();
    }
    runs += static_cast<int>(events().size());
  }
  EXPECT_GE(runs, 6);
  EXPECT_LE(runs, 7);
}

TEST_F(SchedulerTest, AfterASleepEachQueryRunsOnce) {
  add("minute", "SELECT 1 AS x", 60).snapshot = true;
  configure();
  pass(60);
  (void)events();
  clock_.advance(8 * 3600 * Clock::second);
  tick();
  EXPECT_EQ(events(), Lines{"minute 0 snapshot"});
  tick();
  EXPECT_EQ(events(), Lines{});
}

TEST_F(SchedulerTest, AClockThatIsSetBackStopsNothing) {
  add("minute", "SELECT 1 AS x", 60).snapshot = true;
  configure();
  pass(60);
  (void)events();
  clock_.set(start - 86400);
  tick();
  EXPECT_TRUE(log_.has("The clock was set back by 86460 s"));
  pass(60);
  EXPECT_EQ(events(), Lines{"minute 0 snapshot"});
  // Nor does it when the program starts in what it takes for the past.
  program_->scheduler.save();
  clock_.set(start - 2 * 86400);
  restart();
  configure();
  pass(60);
  EXPECT_EQ(events(), Lines{"minute 0 snapshot"});
}

TEST_F(SchedulerTest, StartComesInTheOrderOfPriorities) {
  for (const auto& [name, priority] : {std::pair{"third", UINT64_MAX}, {"second", uint64_t{20}}, {"first", uint64_t{10}}}) {
    config::Query& query = add(name, "SELECT 1 AS x", 86400);
    query.snapshot = query.at_start = true;
    query.startup_priority = priority;
  }
  configure();
  tick();
  EXPECT_EQ(events(), (Lines{"first 0 snapshot", "second 0 snapshot", "third 0 snapshot"}));
  // Not at each reload.
  configure();
  pass(5);
  EXPECT_EQ(events(), Lines{});
}

TEST_F(SchedulerTest, Cron) {
  config::Query& query = add("often", "SELECT 1 AS x", 0);
  query.cron = "*/5 * * * *";
  query.snapshot = true;
  configure();
  pass(3600);
  EXPECT_EQ(events().size(), 12U);
}

TEST_F(SchedulerTest, DiscoveryDecidesForItsPack) {
  config_.packs.push_back({"found", "test.conf"});
  config_.packs.back().discovery = {"SELECT 1 FROM osquery_flags WHERE name = 'read_max' AND value = 'yes'"};
  config::Query query;
  query.name = "pack_found_q";
  query.pack = "found";
  query.sql = "SELECT 1 AS x";
  query.interval = 10;
  query.snapshot = true;
  config_.packs.back().queries.push_back(query);
  settings_.pack_refresh = 100;
  engine_.options["read_max"] = "no";
  configure();
  pass(50);
  EXPECT_EQ(events(), Lines{});
  ASSERT_EQ(program_->scheduler.packs().size(), 1U);
  EXPECT_FALSE(program_->scheduler.packs().front().active);
  EXPECT_EQ(program_->scheduler.packs().front().discovery_executions, 1);
  EXPECT_EQ(program_->scheduler.packs().front().discovery_cache_hits, 4);
  engine_.options["read_max"] = "yes";
  pass(70);
  EXPECT_FALSE(events().empty());
  EXPECT_TRUE(program_->scheduler.packs().front().active);
}

TEST_F(SchedulerTest, ABudgetThatIsOftenExceededDenies) {
  config::Query& query = add("endless", "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c", 10);
  query.budget.rows = 3;
  configure();
  pass(10);
  // What there is of it is new; a line says that it is not all.
  const auto first = lines();
  ASSERT_EQ(first.size(), 3U);
  EXPECT_NE(first[0].find(R"("incomplete":"it has more than 3 rows")"), std::string::npos) << first[0];
  EXPECT_TRUE(log_.has("Scheduled query endless was ended early: it has more than 3 rows"));
  EXPECT_EQ(info("endless").errors, 1);
  pass(20);
  EXPECT_TRUE(info("endless").denylisted);
  EXPECT_EQ(info("endless").executions, 3);
  pass(100);
  EXPECT_EQ(info("endless").executions, 3);
  EXPECT_TRUE(log_.has("Scheduled query is denylisted: endless"));

  EXPECT_TRUE(program_->scheduler.allow("endless"));
  pass(10);
  EXPECT_EQ(info("endless").executions, 4);
}

TEST_F(SchedulerTest, AnErrorIsSaidOnceAndStoresNothing) {
  add("wrong", "SELECT * FROM no_such_table", 10);
  configure();
  pass(100);
  EXPECT_EQ(lines(), Lines{});
  const auto said = log_.lines();
  EXPECT_EQ(std::count(said.begin(), said.end(), "Error executing scheduled query wrong: no such table: no_such_table"), 1);
  EXPECT_EQ(info("wrong").errors, 10);
}

TEST_F(SchedulerTest, AlertsAreMarked) {
  settings_.format.envelope = results::Envelope::hids;
  add("plain", "SELECT 1", 1);
  add("attack", "SELECT 1", 1).alert = true;
  configure();
  pass(1);
  const auto found = lines();
  ASSERT_EQ(found.size(), 2u);
  for (const std::string& line : found)
    EXPECT_EQ(line.ends_with(R"("malicious_tag":true}}})"), line.find(R"("log_path":"attack")") != line.npos) << line;
}

TEST_F(SchedulerTest, DecoratorsAreOnEachLine) {
  config::Decorators decorators;
  decorators.load = {"SELECT 'loaded' AS l"};
  decorators.always = {"SELECT value AS a FROM osquery_flags WHERE name = 'read_max'", "SELECT broken"};
  decorators.interval[60] = {"SELECT 'sometimes' AS i UNION SELECT 'z'"};
  config_.decorators["test.conf"] = decorators;
  add("q", "SELECT 1 AS x", 10).snapshot = true;
  engine_.options["read_max"] = "17";
  configure();
  pass(10);
  const auto all = lines();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_NE(all[0].find(R"("decorations":{"a":"17","i":"sometimes","l":"loaded"})"), std::string::npos) << all[0];
  EXPECT_TRUE(log_.has("it has more than one row, the first one counts"));
  EXPECT_TRUE(log_.has("Decorator of test.conf: SELECT broken: no such column: broken"));
}

TEST_F(SchedulerTest, WhatLeftTheScheduleIsPurgedInTime) {
  add("gone", "SELECT 1 AS x", 10);
  configure();
  pass(10);
  program_->scheduler.save();
  config_.packs.front().queries.clear();
  add("other", "SELECT 1 AS x", 10);
  configure();
  const auto keys = [&](store::Domain domain) {
    std::string all;
    for (const auto cursor = store_->scan(domain, ""); cursor->next();) all += std::string(cursor->key()) + "\n";
    return all;
  };
  EXPECT_NE(keys(store::Domain::configurations).find("timestamp.gone"), std::string::npos);
  clock_.advance(592201 * Clock::second);
  configure();
  EXPECT_EQ(keys(store::Domain::configurations).find("gone"), std::string::npos);
  EXPECT_EQ(keys(store::Domain::queries).find("gone"), std::string::npos);
  EXPECT_EQ(keys(store::Domain::query_performance).find("gone"), std::string::npos);
}

TEST_F(SchedulerTest, CostsStartAnewWithNewSql) {
  add("q", "SELECT 1 AS x", 10);
  configure();
  pass(30);
  EXPECT_EQ(info("q").executions, 3);
  program_->scheduler.save();
  restart();
  configure();
  EXPECT_EQ(info("q").executions, 3);
  config_.packs.front().queries.front().sql = "SELECT 2 AS x";
  restart();
  configure();
  EXPECT_EQ(info("q").executions, 0);
}

// Twenty-four hours of a schedule like that of a real host.
TEST_F(SchedulerTest, ADayOfAMixedSchedule) {
  for (int i = 0; i < 50; ++i) add("m" + std::to_string(i), "SELECT 1 AS x", 300).snapshot = true;
  for (int i = 0; i < 20; ++i) add("h" + std::to_string(i), "SELECT value AS v FROM osquery_flags WHERE name = 'read_max'", 3600);
  config::Query& daily = add("d", "SELECT 1 AS x", 0);
  daily.cron = "0 4 * * *";
  daily.snapshot = true;
  settings_.splay_percent = 10;
  configure();
  std::map<std::string, int> lines_of;
  for (int minute = 0; minute < 24 * 60; ++minute) {
    if (minute % 60 == 30) engine_.options["read_max"] = std::to_string(minute);
    for (int64_t i = 0; i < 60; i += 5) {
      clock_.advance(5 * Clock::second);
      tick();
    }
    for (const std::string& event : events()) ++lines_of[event.substr(0, 1)];
  }
  // Each runs 288 times, or a tenth more or less.
  EXPECT_GE(lines_of["m"], 50 * 288 * 10 / 11 - 50);
  EXPECT_LE(lines_of["m"], 50 * 288 * 10 / 9 + 50);
  // The first result is one row, each change two.
  EXPECT_GE(lines_of["h"], 20 * (1 + 2 * 20));
  EXPECT_LE(lines_of["h"], 20 * (1 + 2 * 24));
  EXPECT_EQ(lines_of["d"], 1);
}

}  // namespace
}  // namespace vigil::schedule
