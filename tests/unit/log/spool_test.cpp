// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/spool.h"

#include "osqueryd/log/status.h"
#include "tests/unit/log/log_testing.h"

namespace vigil::log {
namespace {

using store::Domain;
using Texts = std::vector<std::string>;

class SpoolTest : public testing::Test {
 protected:
  void open(Spool::Settings settings) {
    spool_.reset();
    auto opened = Spool::open(*store_, std::move(settings), clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    spool_ = std::move(*opened);
  }
  void commit(Kind kind, std::vector<std::string> texts) {
    const auto done = spool_->commit({}, records(kind, std::move(texts)));
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<Record> next(const std::string& logger, unsigned wanted = all_kinds, size_t count = 100, size_t bytes = 1 << 20) {
    auto batch = spool_->next(logger, wanted, count, bytes);
    EXPECT_TRUE(batch) << batch.error().message;
    return std::move(*batch);
  }
  void acknowledge(const std::string& logger, Kind kind, uint64_t sequence) { ASSERT_TRUE(spool_->acknowledge(logger, kind, sequence)); }
  Spool::Depth depth(Kind kind) { return spool_->depth()[static_cast<size_t>(kind)]; }
  std::vector<std::string> messages() {
    std::vector<std::string> out;
    for (const Record& each : next("a", bit(Kind::status))) out.push_back(unpack_status(each.text)->line.message);
    return out;
  }
  size_t keys() {
    size_t count = 0;
    for (const auto cursor = store_->scan(Domain::logs, {}); cursor->next();) ++count;
    return count;
  }

  FakeClock clock_;
  std::unique_ptr<store::Store> store_ = store::memory_store();
  std::unique_ptr<Spool> spool_;
};

TEST_F(SpoolTest, RecordsComeInOrderWithNumbers) {
  open({{{"a"}}});
  commit(Kind::result, {"1", "2"});
  commit(Kind::result, {"3"});
  const auto batch = next("a");
  EXPECT_EQ(texts(batch), (Texts{"1", "2", "3"}));
  EXPECT_EQ(batch[0].sequence, 1u);
  EXPECT_EQ(batch[2].sequence, 3u);
  acknowledge("a", Kind::result, 2);
  EXPECT_EQ(texts(next("a")), Texts{"3"});
}

TEST_F(SpoolTest, UrgentKindsComeFirstAndAlone) {
  open({{{"a"}}});
  commit(Kind::snapshot, {"s"});
  commit(Kind::result, {"r"});
  commit(Kind::alert, {"a"});
  EXPECT_EQ(texts(next("a")), Texts{"a"});
  EXPECT_EQ(texts(next("a", bit(Kind::snapshot) | bit(Kind::result))), Texts{"r"});
  EXPECT_EQ(texts(next("a", bit(Kind::snapshot))), Texts{"s"});
  EXPECT_TRUE(next("a", bit(Kind::status)).empty());
}

TEST_F(SpoolTest, BatchesAreBounded) {
  open({{{"a"}}});
  commit(Kind::result, {"aaaa", "bbbb", "cccc"});
  EXPECT_EQ(next("a", all_kinds, 2).size(), 2u);
  EXPECT_EQ(next("a", all_kinds, 100, 8).size(), 2u);
  EXPECT_EQ(next("a", all_kinds, 100, 1).size(), 1u);
}

TEST_F(SpoolTest, BatchesNeverEndBetweenEqualLines) {
  open({{{"a"}}});
  commit(Kind::result, {"x", "x", "x", "y"});
  EXPECT_EQ(next("a", all_kinds, 1).size(), 3u);
  EXPECT_EQ(next("a", all_kinds, 4).size(), 4u);
}

TEST_F(SpoolTest, WhatAllHaveIsErased) {
  open({{{"a"}, {"b"}}});
  commit(Kind::result, {"1", "2", "3"});
  acknowledge("a", Kind::result, 3);
  EXPECT_EQ(depth(Kind::result).records, 3u);
  acknowledge("b", Kind::result, 2);
  EXPECT_EQ(depth(Kind::result).records, 1u);
  EXPECT_EQ(depth(Kind::result).bytes, 1u);
  EXPECT_EQ(texts(next("b")), Texts{"3"});
  EXPECT_TRUE(next("a").empty());
  acknowledge("b", Kind::result, 99);
  EXPECT_EQ(depth(Kind::result).records, 0u);
  commit(Kind::result, {"4"});
  EXPECT_EQ(next("a")[0].sequence, 4u);
}

TEST_F(SpoolTest, NumbersGoOnAfterOpen) {
  const Spool::Settings settings{{{"a"}, {"b"}}};
  open(settings);
  commit(Kind::result, {"1", "22", "333"});
  acknowledge("a", Kind::result, 3);
  acknowledge("b", Kind::result, 1);
  open(settings);
  EXPECT_EQ(depth(Kind::result).records, 2u);
  EXPECT_EQ(depth(Kind::result).bytes, 5u);
  EXPECT_TRUE(next("a").empty());
  EXPECT_EQ(texts(next("b")), (Texts{"22", "333"}));
  acknowledge("b", Kind::result, 3);
  open(settings);
  commit(Kind::result, {"4"});
  EXPECT_EQ(next("b")[0].sequence, 4u);
}

TEST_F(SpoolTest, NewLoggersStartFromNowAndOldOnesAreForgotten) {
  open({{{"a"}}});
  commit(Kind::result, {"1"});
  open({{{"a"}, {"b"}}});
  commit(Kind::result, {"2"});
  EXPECT_EQ(texts(next("a")), (Texts{"1", "2"}));
  EXPECT_EQ(texts(next("b")), Texts{"2"});
  open({{{"b"}}});
  EXPECT_EQ(depth(Kind::result).records, 1u);
  open({{{"a"}, {"b"}}});
  EXPECT_TRUE(next("a").empty());
}

TEST_F(SpoolTest, WhatNobodyWantsIsNotKept) {
  open({});
  store::Batch batch;
  batch.put(Domain::queries, "state", "1");
  ASSERT_TRUE(spool_->commit(std::move(batch), records(Kind::result, {"1"})));
  EXPECT_EQ(*store_->get(Domain::queries, "state"), "1");
  EXPECT_EQ(keys(), 0u);
  open({{{"a", bit(Kind::result)}}});
  commit(Kind::status, {"s"});
  commit(Kind::result, {"r"});
  EXPECT_EQ(depth(Kind::status).records, 0u);
  EXPECT_EQ(depth(Kind::result).records, 1u);
  acknowledge("a", Kind::status, 1);
}

TEST_F(SpoolTest, AFullSpoolDropsTheOldestOfTheLeastKindAndSaysSo) {
  open({{{"a"}}, 1000});
  commit(Kind::result, {std::string(400, 'r')});
  for (int i = 0; i < 10; ++i) commit(Kind::snapshot, {std::to_string(i) + std::string(99, 's')});
  EXPECT_EQ(depth(Kind::result).records, 1u);
  EXPECT_EQ(depth(Kind::result).dropped, 0u);
  const auto snapshots = depth(Kind::snapshot);
  EXPECT_EQ(snapshots.records + snapshots.dropped, 10u);
  EXPECT_GT(snapshots.dropped, 4u);
  EXPECT_EQ(next("a", bit(Kind::snapshot))[0].sequence, snapshots.dropped + 1);
  // The first drop is told at once, the others together later.
  EXPECT_EQ(messages(), Texts{"spool: 2 snapshot records (200 bytes) were dropped for lack of space, the last of them number 2"});
  acknowledge("a", Kind::result, 1);
  clock_.advance(61 * Clock::second);
  commit(Kind::result, {});
  ASSERT_EQ(messages().size(), 2u);
  EXPECT_EQ(messages()[1], "spool: " + std::to_string(snapshots.dropped - 2) + " snapshot records (" + std::to_string((snapshots.dropped - 2) * 100) +
                               " bytes) were dropped for lack of space, the last of them number " + std::to_string(snapshots.dropped));
  clock_.advance(61 * Clock::second);
  commit(Kind::alert, {});
  EXPECT_EQ(messages().size(), 2u);
}

TEST_F(SpoolTest, DropsAreCountedOverRestarts) {
  const Spool::Settings settings{{{"a"}}, 1000};
  open(settings);
  for (int i = 0; i < 30; ++i) commit(Kind::snapshot, {std::string(100, 's')});
  const auto before = depth(Kind::snapshot);
  open(settings);
  EXPECT_EQ(depth(Kind::snapshot).dropped, before.dropped);
  EXPECT_EQ(depth(Kind::snapshot).records, before.records);
  EXPECT_EQ(depth(Kind::snapshot).bytes, before.bytes);
  // What was not told before is told now.
  EXPECT_EQ(messages().size(), 2u);
}

TEST_F(SpoolTest, LinesHaveAQuotaToo) {
  open({{{"a"}}, 1 << 20, 10});
  commit(Kind::snapshot, {"s1", "s2"});
  for (int i = 0; i < 20; ++i) commit(Kind::result, {std::to_string(i)});
  EXPECT_EQ(depth(Kind::snapshot).dropped, 2u);
  EXPECT_GE(depth(Kind::result).dropped, 10u);
  EXPECT_EQ(texts(next("a", bit(Kind::result))).back(), "19");
}

TEST_F(SpoolTest, ARecordAboveTheQuotaGoesAtOnce) {
  open({{{"a"}}, 1000});
  commit(Kind::result, {"small", std::string(5000, 'x'), "after"});
  EXPECT_EQ(texts(next("a", bit(Kind::result))), Texts{"after"});
  EXPECT_EQ(depth(Kind::result).dropped, 2u);
}

TEST_F(SpoolTest, AlertsAreDroppedLast) {
  open({{{"a"}}, 300});
  commit(Kind::alert, {std::string(100, 'a')});
  for (int i = 0; i < 5; ++i) {
    commit(Kind::result, {std::string(100, 'r')});
    commit(Kind::snapshot, {std::string(100, 's')});
  }
  EXPECT_EQ(depth(Kind::alert).dropped, 0u);
  EXPECT_GT(depth(Kind::snapshot).dropped, 0u);
}

TEST_F(SpoolTest, ForeignKeysAreDroppedWithAWord) {
  store::Batch batch;
  for (int i = 0; i < 1500; ++i) batch.put(Domain::logs, "tls_r_1700000000_" + std::to_string(i), "{}");
  ASSERT_TRUE(store_->write(batch));
  open({{{"a"}}});
  EXPECT_EQ(messages(), Texts{"spool: 1500 lines that another program had buffered were dropped"});
  acknowledge("a", Kind::status, 1);
  open({{{"a"}}});
  EXPECT_TRUE(messages().empty());
}

TEST_F(SpoolTest, ALostLaneIsTakenFromTheRecords) {
  open({{{"a"}}});
  commit(Kind::result, {"1", "22", "333"});
  store::Batch batch;
  batch.erase(Domain::logs, lane_key(Kind::result));
  ASSERT_TRUE(store_->write(batch));
  open({{{"a"}}});
  EXPECT_EQ(depth(Kind::result).records, 3u);
  EXPECT_EQ(depth(Kind::result).bytes, 6u);
  commit(Kind::result, {"4"});
  EXPECT_EQ(next("a").back().sequence, 4u);
}

// Writes fail when told to.
class Failing final : public store::Store {
 public:
  explicit Failing(store::Store& inner) : inner_(inner) {}
  Result<std::optional<std::string>> get(Domain domain, std::string_view key) const override { return inner_.get(domain, key); }
  Result<void> write(const store::Batch& batch) override { return fails ? Error{"no space"} : inner_.write(batch); }
  std::unique_ptr<store::Cursor> scan(Domain domain, std::string_view prefix, std::string_view from) const override {
    return inner_.scan(domain, prefix, from);
  }
  uint64_t bytes() const override { return inner_.bytes(); }
  bool fails = false;

 private:
  store::Store& inner_;
};

TEST_F(SpoolTest, AFailedWriteChangesNothing) {
  Failing failing(*store_);
  auto spool = Spool::open(failing, {{{"a"}}}, clock_);
  ASSERT_TRUE(spool);
  ASSERT_TRUE((*spool)->commit({}, records(Kind::result, {"1"})));
  failing.fails = true;
  EXPECT_EQ((*spool)->commit({}, records(Kind::result, {"2"})).error().message, "no space");
  EXPECT_FALSE((*spool)->acknowledge("a", Kind::result, 1));
  failing.fails = false;
  EXPECT_EQ((*spool)->next("a", all_kinds, 10, 100)->size(), 1u);
  ASSERT_TRUE((*spool)->commit({}, records(Kind::result, {"3"})));
  EXPECT_EQ((*spool)->next("a", all_kinds, 10, 100)->back().sequence, 2u);
}

TEST_F(SpoolTest, WaitingEndsWithACommitOrAWord) {
  open({{{"a"}}});
  uint64_t seen = 0;
  spool_->wait(seen, 0);
  std::thread writer([&] { commit(Kind::result, {"1"}); });
  spool_->wait(seen, 60 * Clock::second);
  writer.join();
  EXPECT_EQ(next("a").size(), 1u);
  std::thread waker([&] { spool_->wake(); });
  spool_->wait(seen, 60 * Clock::second);
  waker.join();
}

TEST_F(SpoolTest, ManyThreads) {
  open({{{"a"}, {"b"}}, 100'000});
  constexpr int each = 300;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) commit(t == 0 ? Kind::status : Kind::result, {std::to_string(i)});
    });
  for (const std::string logger : {"a", "b"})
    threads.emplace_back([&, logger] {
      std::array<uint64_t, kinds> last{};
      for (int have = 0; have < 3 * each;) {
        uint64_t seen = 0;
        const auto batch = next(logger, all_kinds, 7);
        if (batch.empty()) spool_->wait(seen, 1000);
        for (const Record& record : batch) {
          ASSERT_EQ(record.sequence, last[static_cast<size_t>(record.kind)] + 1);
          ++last[static_cast<size_t>(record.kind)], ++have;
        }
        if (!batch.empty()) acknowledge(logger, batch.back().kind, batch.back().sequence);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(depth(Kind::result).records + depth(Kind::status).records, 0u);
  EXPECT_LT(keys(), 20u);
}

}  // namespace
}  // namespace vigil::log
