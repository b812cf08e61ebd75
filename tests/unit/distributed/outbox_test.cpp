// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/distributed/outbox.h"

#include <gtest/gtest.h>

namespace vigil::distributed {
namespace {

using Ids = std::vector<std::string>;

class OutboxTest : public testing::Test {
 protected:
  Ids add(const std::string& id, size_t size = 10, int64_t time = 1000) {
    Answer answer;
    answer.id = id;
    answer.rows = std::string(size, 'r');
    answer.time = time;
    store::Batch batch;
    Ids gone = outbox_.add(std::move(answer), batch);
    EXPECT_TRUE(store_->write(batch));
    return gone;
  }
  Ids next() const {
    Ids ids;
    for (const Answer* answer : outbox_.next()) ids.push_back(answer->id);
    return ids;
  }
  Ids fail(const Ids& ids, int64_t now = 1000) {
    store::Batch batch;
    Ids gone = outbox_.failed(ids, now, batch);
    EXPECT_TRUE(store_->write(batch));
    return gone;
  }
  void take(const Ids& ids) {
    store::Batch batch;
    outbox_.taken(ids, batch);
    EXPECT_TRUE(store_->write(batch));
  }
  Ids stored() const {
    Outbox other;
    EXPECT_TRUE(other.load(*store_));
    Ids ids;
    for (const Answer* answer : other.next()) ids.push_back(answer->id);
    return ids;
  }

  std::unique_ptr<store::Store> store_ = store::memory_store();
  Outbox outbox_{{100, 50, 60}};
};

TEST_F(OutboxTest, IsInTheStoreTooOldestFirst) {
  add("late", 10, 3000);
  add("b", 10, 2000);
  add("a", 10, 1000);
  EXPECT_EQ(next(), (Ids{"late", "b", "a"}));
  EXPECT_EQ(stored(), (Ids{"a", "b", "late"}));
  EXPECT_NE(outbox_.find("b"), nullptr);
  take({"b", "unknown"});
  EXPECT_EQ(outbox_.find("b"), nullptr);
  EXPECT_EQ(stored(), (Ids{"a", "late"}));
}

TEST_F(OutboxTest, DropsTheOldest) {
  EXPECT_EQ(add("a", 40), Ids{});
  EXPECT_EQ(add("b", 40), Ids{});
  EXPECT_EQ(add("c", 40), Ids{"a"});
  EXPECT_EQ(add("huge", 1000), (Ids{"b", "c"}));
  EXPECT_EQ(stored(), Ids{"huge"});
  EXPECT_EQ(next(), Ids{"huge"});
}

TEST_F(OutboxTest, SendsSoMuchAtOnce) {
  add("a", 20);
  add("b", 20);
  add("c", 20);
  EXPECT_EQ(next(), (Ids{"a", "b"}));
  take({"a", "b"});
  EXPECT_EQ(next(), Ids{"c"});
}

TEST_F(OutboxTest, OneThatIsRefusedHoldsUpNobody) {
  add("poison");
  add("good");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(next(), (Ids{"poison", "good"}));
    fail(next());
  }
  // Each by itself, in turns.
  EXPECT_EQ(next(), Ids{"poison"});
  fail({"poison"});
  EXPECT_EQ(next(), Ids{"good"});
  take({"good"});
  add("new");
  EXPECT_EQ(next(), Ids{"new"});
  take({"new"});
  EXPECT_EQ(next(), Ids{"poison"});
  EXPECT_EQ(fail({"poison"}, 1060), Ids{});
  EXPECT_EQ(fail({"poison"}, 1061), Ids{"poison"});
  EXPECT_TRUE(outbox_.empty());
  EXPECT_EQ(stored(), Ids{});
}

TEST_F(OutboxTest, WhatIsDamagedIsLeftOut) {
  add("good");
  store::Batch batch;
  batch.put(store::Domain::distributed_running, "answer.bad", "\x01");
  ASSERT_TRUE(store_->write(batch));
  EXPECT_EQ(stored(), Ids{"good"});
}

}  // namespace
}  // namespace vigil::distributed
