// SPDX-License-Identifier: Apache-2.0
// What both stores promise.
#include "core/store/store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/store/dump.h"
#include "tests/unit/store/temporary.h"

namespace vigil::store {
namespace {

using namespace std::literals;
using test::all;
using test::Entries;
using test::put;
using test::value_of;

class StoreTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    store_ = GetParam() == "memory"sv ? memory_store() : test::open_sound(temporary_ / "store");
    ASSERT_TRUE(store_);
  }

  test::Temporary temporary_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreTest, Keeps) {
  EXPECT_EQ(value_of(*store_, Domain::queries, "a"), "(none)");
  put(*store_, Domain::queries, "a", "1");
  put(*store_, Domain::queries, "a", "2");
  put(*store_, Domain::queries, "", "no key");
  put(*store_, Domain::queries, "b\0c"s, "\0\xff"s);
  EXPECT_EQ(value_of(*store_, Domain::queries, "a"), "2");
  EXPECT_EQ(value_of(*store_, Domain::queries, ""), "no key");
  EXPECT_EQ(value_of(*store_, Domain::queries, "b\0c"s), "\0\xff"s);
  EXPECT_EQ(value_of(*store_, Domain::events, "a"), "(none)");
  Batch batch;
  batch.erase(Domain::queries, "a");
  batch.erase(Domain::queries, "never there");
  ASSERT_TRUE(store_->write(batch));
  EXPECT_EQ(all(*store_, Domain::queries), (Entries{{"", "no key"}, {"b\0c"s, "\0\xff"s}}));
}

TEST_P(StoreTest, DomainsAreApart) {
  for (size_t i = 0; i < domains; ++i) put(*store_, static_cast<Domain>(i), "key", std::to_string(i));
  for (size_t i = 0; i < domains; ++i) EXPECT_EQ(all(*store_, static_cast<Domain>(i)), (Entries{{"key", std::to_string(i)}}));
  std::vector<std::string> lines;
  ASSERT_TRUE(dump(*store_, [&](std::string_view line) { lines.emplace_back(line); }));
  EXPECT_EQ(lines, (std::vector<std::string>{"configurations[key]: 0", "queries[key]: 1", "events[key]: 2", "logs[key]: 3", "carves[key]: 4",
                                             "distributed[key]: 5", "distributed_running[key]: 6", "query_performance[key]: 7"}));
}

TEST_P(StoreTest, ChangesOfABatchTakeEffectInOrder) {
  Batch batch;
  EXPECT_TRUE(batch.empty());
  batch.put(Domain::logs, "a", "1");
  batch.put(Domain::logs, "b", "1");
  batch.put(Domain::logs, "c", "1");
  batch.erase_range(Domain::logs, "a", "c");
  batch.put(Domain::logs, "b", "2");
  batch.erase(Domain::events, "b");
  batch.erase_range(Domain::logs, "z", "a");  // holds no key
  batch.erase_range(Domain::logs, "b", "b");
  ASSERT_TRUE(store_->write(batch));
  EXPECT_EQ(all(*store_, Domain::logs), (Entries{{"b", "2"}, {"c", "1"}}));
}

TEST_P(StoreTest, ScansByPrefix) {
  for (const auto& key : {"a"s, "ab"s, "ab\0"s, "ab\xff"s, "ac"s, "b"s, "\xff"s, "\xff\xff"s, "\xff\xff\x01"s}) put(*store_, Domain::logs, key, "");
  const auto keys = [&](std::string_view prefix, std::string_view from = {}) {
    std::vector<std::string> found;
    const auto cursor = store_->scan(Domain::logs, prefix, from);
    while (cursor->next()) found.emplace_back(cursor->key());
    EXPECT_FALSE(cursor->next()) << "the end stays the end";
    EXPECT_FALSE(cursor->error());
    return found;
  };
  using Keys = std::vector<std::string>;
  EXPECT_EQ(keys("ab"), (Keys{"ab", "ab\0"s, "ab\xff"}));
  EXPECT_EQ(keys("ab", "ab\x01"), (Keys{"ab\xff"}));
  EXPECT_EQ(keys("ab", "a"), (Keys{"ab", "ab\0"s, "ab\xff"}));
  EXPECT_EQ(keys("ab", "b"), Keys());
  EXPECT_EQ(keys("\xff\xff"), (Keys{"\xff\xff", "\xff\xff\x01"}));
  EXPECT_EQ(keys("", "b"), (Keys{"b", "\xff", "\xff\xff", "\xff\xff\x01"}));
  EXPECT_EQ(keys("x"), Keys());
  EXPECT_EQ(keys("").size(), 9u);
}

TEST_P(StoreTest, ACursorShowsTheMomentItWasMade) {
  for (int i = 0; i < 10; ++i) put(*store_, Domain::logs, std::to_string(i), "old");
  const auto cursor = store_->scan(Domain::logs, {});
  Batch batch;
  batch.erase_range(Domain::logs, "0", "9");
  batch.put(Domain::logs, "5", "new");
  batch.put(Domain::logs, "55", "new");
  ASSERT_TRUE(store_->write(batch));
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(cursor->next());
    EXPECT_EQ(cursor->key(), std::to_string(i));
    EXPECT_EQ(cursor->value(), "old");
  }
  EXPECT_FALSE(cursor->next());
  EXPECT_EQ(all(*store_, Domain::logs), (Entries{{"5", "new"}, {"55", "new"}, {"9", "old"}}));
}

// Writers of different keys and a reader that must never see half a batch.
TEST_P(StoreTest, ThreadsMayMeet) {
  std::atomic<bool> failed = false;
  const auto writer = [&](const std::string& name) {
    for (int i = 0; i < 300 && !failed; ++i) {
      Batch batch;
      batch.put(Domain::queries, name + "1", std::to_string(i));
      batch.put(Domain::queries, name + "2", std::to_string(i));
      if (!store_->write(batch)) failed = true;
    }
  };
  std::thread first(writer, "a"), second(writer, "b");
  for (int i = 0; i < 300; ++i) {
    const auto cursor = store_->scan(Domain::queries, "a");
    std::vector<std::string> values;
    while (cursor->next()) values.emplace_back(cursor->value());
    if (values.size() == 1 || (values.size() == 2 && values[0] != values[1])) failed = true;
    (void)store_->bytes();
    (void)store_->get(Domain::queries, "b1");
  }
  first.join();
  second.join();
  EXPECT_FALSE(failed);
  EXPECT_EQ(value_of(*store_, Domain::queries, "a2"), "299");
  EXPECT_EQ(value_of(*store_, Domain::queries, "b1"), "299");
}

INSTANTIATE_TEST_SUITE_P(Both, StoreTest, testing::Values("memory", "rocksdb"), [](const auto& parameter) { return parameter.param; });

}  // namespace
}  // namespace vigil::store
