// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/forwarder.h"

#include <chrono>
#include <condition_variable>
#include <functional>

#include "tests/unit/log/log_testing.h"

namespace vigil::log {
namespace {

using Texts = std::vector<std::string>;

// What a logger of the tests does; outlives it.
struct Script {
  std::function<void(std::span<const Record>, Logger::Done)> send;
  std::function<size_t(std::span<const Record>)> delivered;
  unsigned wanted = all_kinds;
  std::atomic<int> reopened = 0;

  std::mutex mutex;
  Texts got;
  std::vector<size_t> sizes;

  void take(std::span<const Record> records, size_t count) {
    const std::lock_guard lock(mutex);
    sizes.push_back(records.size());
    for (const Record& record : records.first(count)) got.push_back(record.text);
  }
  Texts texts() {
    const std::lock_guard lock(mutex);
    return got;
  }
};

class Scripted final : public Logger {
 public:
  Scripted(std::string name, std::shared_ptr<Script> script) : name_(std::move(name)), script_(std::move(script)) {}
  std::string_view name() const override { return name_; }
  bool wants(Kind kind) const override { return script_->wanted & bit(kind); }
  void send(std::span<const Record> records, Done done) override {
    if (script_->send) return script_->send(records, std::move(done));
    script_->take(records, records.size());
    done({records.size(), {}});
  }
  Result<size_t> delivered(std::span<const Record> pending) override { return script_->delivered ? script_->delivered(pending) : size_t{0}; }
  void reopen() override { ++script_->reopened; }

 private:
  const std::string name_;
  const std::shared_ptr<Script> script_;
};

class ForwarderTest : public testing::Test {
 protected:
  ForwarderTest() { spool_ = std::move(*Spool::open(*store_, {{{"a"}, {"b"}}}, clock_)); }

  std::unique_ptr<Forwarder> forward(const std::string& name, const std::shared_ptr<Script>& script) {
    return std::make_unique<Forwarder>(std::make_unique<Scripted>(name, script), *spool_, lines_, settings_);
  }
  void commit(Kind kind, Texts texts) { ASSERT_TRUE(spool_->commit({}, records(kind, std::move(texts)))); }
  bool empty(const std::string& logger) { return spool_->next(logger, all_kinds, 1, 1)->empty(); }

  FakeClock clock_;
  Lines lines_;
  std::unique_ptr<store::Store> store_ = store::memory_store();
  std::unique_ptr<Spool> spool_;
  Forwarder::Settings settings_{1024, 1 << 20, 0, 1000, 8000};
};

TEST_F(ForwarderTest, SendsWhatWasThereAndWhatComes) {
  commit(Kind::result, {"1", "2"});
  const auto script = std::make_shared<Script>();
  const auto forwarder = forward("a", script);
  EXPECT_TRUE(eventually([&] { return script->texts().size() == 2; }));
  commit(Kind::result, {"3"});
  EXPECT_TRUE(eventually([&] { return empty("a"); }));
  EXPECT_EQ(script->texts(), (Texts{"1", "2", "3"}));
  EXPECT_TRUE(lines_.messages().empty());
}

TEST_F(ForwarderTest, OneLoggerThatFailsDoesNotHoldUpTheOther) {
  const auto good = std::make_shared<Script>(), bad = std::make_shared<Script>();
  std::atomic<bool> works = false;
  std::atomic<int> tries = 0;
  bad->send = [&, bad = bad.get()](std::span<const Record> records, Logger::Done done) {
    ++tries;
    if (!works) return done({0, Error{"no way"}});
    bad->take(records, records.size());
    done({records.size(), {}});
  };
  const auto a = forward("a", good), b = forward("b", bad);
  commit(Kind::result, {"1", "2", "3"});
  EXPECT_TRUE(eventually([&] { return empty("a") && tries > 5; }));
  EXPECT_EQ(good->texts(), (Texts{"1", "2", "3"}));
  EXPECT_FALSE(empty("b"));
  works = true;
  EXPECT_TRUE(eventually([&] { return empty("b"); }));
  EXPECT_EQ(bad->texts(), (Texts{"1", "2", "3"}));
  EXPECT_TRUE(eventually([&] { return lines_.messages().size() == 2; }));
  EXPECT_EQ(lines_.messages(), (Texts{"logger b fails, records wait for it: no way", "logger b works again"}));
}

TEST_F(ForwarderTest, WhatWasTakenOfABatchDoesNotComeAgain) {
  const auto script = std::make_shared<Script>();
  script->send = [script = script.get()](std::span<const Record> records, Logger::Done done) {
    const size_t count = std::min<size_t>(records.size(), 2);
    script->take(records, count);
    done({count, count == records.size() ? Result<void>() : Error{"full"}});
  };
  commit(Kind::result, {"1", "2", "3", "4", "5"});
  const auto forwarder = forward("a", script);
  EXPECT_TRUE(eventually([&] { return empty("a"); }));
  EXPECT_EQ(script->texts(), (Texts{"1", "2", "3", "4", "5"}));
}

TEST_F(ForwarderTest, AKindThatFailsDoesNotHoldUpTheOthers) {
  const auto script = std::make_shared<Script>();
  script->send = [script = script.get()](std::span<const Record> records, Logger::Done done) {
    if (records.front().kind == Kind::status) return done({0, Error{"no status today"}});
    script->take(records, records.size());
    done({records.size(), {}});
  };
  settings_.backoff = settings_.backoff_max = 60'000'000;
  commit(Kind::status, {"s"});
  commit(Kind::result, {"r"});
  const auto forwarder = forward("a", script);
  EXPECT_TRUE(eventually([&] { return script->texts() == Texts{"r"}; }));
}

TEST_F(ForwarderTest, DoneMayComeFromAnotherThreadLater) {
  const auto script = std::make_shared<Script>();
  std::vector<std::thread> threads;
  std::atomic<int> under_way = 0, most = 0;
  script->send = [&, script = script.get()](std::span<const Record> records, Logger::Done done) {
    most = std::max<int>(most, ++under_way);
    threads.emplace_back([&, script, records, done = std::move(done)] {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      script->take(records, records.size());
      --under_way;
      done({records.size(), {}});
    });
  };
  settings_.records = 1;
  auto forwarder = forward("a", script);
  Texts all;
  for (int i = 0; i < 50; ++i) all.push_back(std::to_string(i));
  commit(Kind::result, all);
  EXPECT_TRUE(eventually([&] { return empty("a"); }));
  forwarder.reset();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(script->texts(), all);
  EXPECT_EQ(most, 1);
}

TEST_F(ForwarderTest, WhatTheLastProcessDeliveredIsSkipped) {
  commit(Kind::result, {"1", "2", "3"});
  commit(Kind::snapshot, {"s"});
  const auto script = std::make_shared<Script>();
  script->delivered = [](std::span<const Record> pending) { return !pending.empty() && pending.front().kind == Kind::result ? 2 : 0; };
  const auto forwarder = forward("a", script);
  EXPECT_TRUE(eventually([&] { return empty("a"); }));
  EXPECT_EQ(script->texts(), (Texts{"3", "s"}));
}

TEST_F(ForwarderTest, FinishSendsWhatItCan) {
  const auto script = std::make_shared<Script>();
  settings_.records = 1;
  settings_.period = 60'000'000;
  commit(Kind::result, {"1", "2", "3"});
  const auto forwarder = forward("a", script);
  EXPECT_TRUE(eventually([&] { return !script->texts().empty(); }));
  forwarder->finish(60'000'000);
  forwarder->join();
  EXPECT_EQ(script->texts(), (Texts{"1", "2", "3"}));
}

TEST_F(ForwarderTest, FinishDoesNotTryAgainAndAgain) {
  const auto script = std::make_shared<Script>();
  script->send = [](std::span<const Record>, Logger::Done done) { done({0, Error{"gone"}}); };
  commit(Kind::result, {"1"});
  const auto forwarder = forward("a", script);
  forwarder->finish(3600'000'000);
  forwarder->join();
  EXPECT_FALSE(empty("a"));
}

TEST_F(ForwarderTest, ASendThatNeverAnswersDoesNotHoldUpTheEnd) {
  const auto script = std::make_shared<Script>();
  Logger::Done kept;
  std::atomic<bool> sent = false;
  script->send = [&](std::span<const Record>, Logger::Done done) {
    kept = std::move(done);
    sent = true;
  };
  commit(Kind::result, {"1"});
  auto forwarder = forward("a", script);
  EXPECT_TRUE(eventually([&] { return sent.load(); }));
  forwarder.reset();
  // Too late: the record stays.
  kept({1, {}});
  EXPECT_FALSE(empty("a"));
}

TEST_F(ForwarderTest, ASendThatBlocksDoesNotHoldUpTheEnd) {
  // Outlives the test's frame, as the thread does that is left to itself.
  struct Gate {
    std::mutex mutex;
    std::condition_variable changed;
    bool entered = false, open = false, left = false;
  };
  const auto gate = std::make_shared<Gate>();
  const auto script = std::make_shared<Script>();
  script->send = [gate](std::span<const Record>, Logger::Done done) {
    std::unique_lock lock(gate->mutex);
    gate->entered = true;
    gate->changed.wait(lock, [&] { return gate->open; });
    done({1, {}});
    gate->left = true;
    gate->changed.notify_all();
  };
  commit(Kind::result, {"1"});
  auto forwarder = forward("a", script);
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(gate->mutex);
    return gate->entered;
  }));
  forwarder.reset();
  EXPECT_FALSE(empty("a"));
  spool_.reset();
  std::unique_lock lock(gate->mutex);
  gate->open = true;
  gate->changed.notify_all();
  gate->changed.wait(lock, [&] { return gate->left; });
}

TEST_F(ForwarderTest, ReopenReachesTheLoggerAndEndsTheWait) {
  const auto script = std::make_shared<Script>();
  std::atomic<bool> works = false;
  std::atomic<int> tries = 0;
  script->send = [&](std::span<const Record> records, Logger::Done done) {
    ++tries;
    done({works ? records.size() : 0, works ? Result<void>() : Error{"closed"}});
  };
  settings_.backoff = settings_.backoff_max = 3600'000'000;
  commit(Kind::result, {"1"});
  const auto forwarder = forward("a", script);
  EXPECT_TRUE(eventually([&] { return tries == 1; }));
  works = true;
  forwarder->reopen();
  EXPECT_TRUE(eventually([&] { return empty("a"); }));
  EXPECT_EQ(script->reopened, 1);
}

// Acknowledging fails for a while.
class Failing final : public store::Store {
 public:
  explicit Failing(store::Store& inner) : inner_(inner) {}
  Result<std::optional<std::string>> get(store::Domain domain, std::string_view key) const override { return inner_.get(domain, key); }
  Result<void> write(const store::Batch& batch) override { return fails ? Error{"no space"} : inner_.write(batch); }
  std::unique_ptr<store::Cursor> scan(store::Domain domain, std::string_view prefix, std::string_view from) const override {
    return inner_.scan(domain, prefix, from);
  }
  uint64_t bytes() const override { return 0; }
  std::atomic<bool> fails = false;

 private:
  store::Store& inner_;
};

TEST_F(ForwarderTest, WhatCouldNotBeAcknowledgedIsNotSentAgain) {
  Failing failing(*store_);
  auto spool = std::move(*Spool::open(failing, {{{"a"}}}, clock_));
  ASSERT_TRUE(spool->commit({}, records(Kind::result, {"1", "2"})));
  const auto script = std::make_shared<Script>();
  script->send = [&failing, script = script.get()](std::span<const Record> records, Logger::Done done) {
    script->take(records, records.size());
    failing.fails = script->sizes.size() == 1;
    done({records.size(), {}});
  };
  Forwarder forwarder(std::make_unique<Scripted>("a", script), *spool, lines_, settings_);
  EXPECT_TRUE(eventually([&] { return !lines_.messages().empty(); }));
  failing.fails = false;
  EXPECT_TRUE(eventually([&] { return spool->next("a", all_kinds, 1, 1)->empty(); }));
  ASSERT_TRUE(spool->commit({}, records(Kind::result, {"3"})));
  EXPECT_TRUE(eventually([&] { return script->texts().size() == 3; }));
  EXPECT_EQ(script->texts(), (Texts{"1", "2", "3"}));
}

}  // namespace
}  // namespace vigil::log
