// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/results/differ.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <map>
#include <random>

#include "osqueryd/results/osquery_state.h"
#include "osqueryd/results/stored.h"
#include "tests/unit/store/temporary.h"

namespace vigil::results {
namespace {

using namespace std::literals;
using sql::Value;
using store::Domain;
using Strings = std::vector<std::string>;
using Mode = Differ::Mode;

RowSet rows(const Strings& values, const std::string& column = "v") {
  RowSet set({column});
  for (const auto& value : values) {
    const Value cell{.kind = Value::Kind::text, .bytes = value};
    set.add({&cell, 1});
  }
  return set;
}

std::string value_at(const RowSet& set, size_t row) {
  Value value;
  Unpacker unpacker(set.packed(row));
  EXPECT_TRUE(unpacker.next(value));
  return std::string(value.bytes);
}

Strings values(const RowSet& set) {
  Strings list;
  for (size_t i = 0; i < set.size(); ++i) list.push_back(value_at(set, i));
  std::sort(list.begin(), list.end());
  return list;
}

class DifferTest : public testing::Test {
 protected:
  // One run, and what it wrote.
  Difference run(const RowSet& set, Mode mode = Mode::whole, uint64_t epoch = 0, const std::string& sql = "SELECT 1", const std::string& name = "q") {
    store::Batch batch;
    auto difference = differ_.compare(name, sql, set, epoch, mode, batch);
    EXPECT_TRUE(difference) << difference.error().message;
    written_ = batch.changes().size();
    EXPECT_TRUE(store_->write(batch));
    EXPECT_TRUE(std::is_sorted(difference->added.begin(), difference->added.end()));
    added_.clear();
    for (const auto row : difference->added) added_.push_back(value_at(set, row));
    removed_ = values(difference->removed);
    return std::move(*difference);
  }

  void expect(const Strings& added, const Strings& removed) const {
    EXPECT_EQ(added_, added);
    EXPECT_EQ(removed_, removed);
  }

  void put(const std::string& key, const std::string& value) const { store::test::put(*store_, Domain::queries, key, value); }

  std::unique_ptr<store::Store> store_ = store::memory_store();
  const Differ differ_{*store_};
  Strings added_, removed_;
  size_t written_ = 0;
};

TEST_F(DifferTest, ANewNameIsInitial) {
  auto first = run(rows({"a", "b"}), Mode::whole, 7);
  EXPECT_TRUE(first.initial);
  EXPECT_TRUE(first.changed);
  EXPECT_FALSE(first.new_text);
  EXPECT_EQ(first.epoch, 7u);
  EXPECT_EQ(first.counter, 0u);
  expect({"a", "b"}, {});
}

TEST_F(DifferTest, AnInitialResultMayBeEmpty) {
  auto first = run(rows({}));
  EXPECT_TRUE(first.initial);
  EXPECT_TRUE(first.changed);
  EXPECT_EQ(first.counter, 0u);
  auto second = run(rows({}));
  EXPECT_FALSE(second.initial);
  EXPECT_FALSE(second.changed);
  EXPECT_EQ(written_, 0u);
  auto third = run(rows({"a"}));
  EXPECT_EQ(third.counter, 1u);
  expect({"a"}, {});
}

TEST_F(DifferTest, AnUnchangedRunWritesNothing) {
  run(rows({"a", "b", "a"}));
  const auto again = run(rows({"b", "a", "a"}));
  EXPECT_FALSE(again.changed);
  EXPECT_EQ(again.counter, 0u);
  EXPECT_EQ(written_, 0u);
  expect({}, {});
}

TEST_F(DifferTest, TheCounterCountsChanges) {
  run(rows({"a"}));
  EXPECT_EQ(run(rows({"b"})).counter, 1u);
  expect({"b"}, {"a"});
  EXPECT_EQ(run(rows({"b"})).counter, 1u);
  EXPECT_EQ(run(rows({})).counter, 2u);
  expect({}, {"b"});
  EXPECT_EQ(run(rows({"c"})).counter, 3u);
}

TEST_F(DifferTest, OnlyChangesAreWritten) {
  Strings many;
  for (int i = 0; i < 1000; ++i) many.push_back(std::to_string(i));
  run(rows(many));
  many[500] = "new";
  run(rows(many));
  expect({"new"}, {"500"});
  EXPECT_EQ(written_, 3u) << "one key erased, one written, and the header";
}

TEST_F(DifferTest, EqualRowsAreCounted) {
  run(rows({"a", "a", "b"}));
  run(rows({"a", "a", "a", "a"}));
  expect({"a", "a"}, {"b"});
  run(rows({"a"}));
  expect({}, {"a", "a", "a"});
}

TEST_F(DifferTest, ANewEpochStartsAgain) {
  run(rows({"a", "b"}), Mode::whole, 1);
  run(rows({"a", "c"}), Mode::whole, 1);
  const auto fresh = run(rows({"c", "d"}), Mode::whole, 2);
  EXPECT_TRUE(fresh.initial);
  EXPECT_EQ(fresh.epoch, 2u);
  EXPECT_EQ(fresh.counter, 0u);
  expect({"c", "d"}, {});
  EXPECT_EQ(run(rows({"d"}), Mode::whole, 2).counter, 1u);
  expect({}, {"c"});
}

TEST_F(DifferTest, NewTextGoesOnWithTheOldRows) {
  run(rows({"a"}), Mode::whole, 0, "SELECT 1");
  auto changed = run(rows({"a"}), Mode::whole, 0, "SELECT 2");
  EXPECT_TRUE(changed.new_text);
  EXPECT_FALSE(changed.changed);
  EXPECT_EQ(written_, 1u);
  EXPECT_FALSE(run(rows({"a"}), Mode::whole, 0, "SELECT 2").new_text);
  changed = run(rows({"a", "b"}), Mode::whole, 0, "SELECT 3");
  EXPECT_TRUE(changed.new_text);
  EXPECT_FALSE(changed.initial);
  EXPECT_EQ(changed.counter, 1u);
  expect({"b"}, {});
}

TEST_F(DifferTest, ColumnsArePartOfARow) {
  run(rows({"a", "b"}, "old"));
  const auto renamed = run(rows({"a", "b"}, "new"));
  EXPECT_EQ(renamed.removed.columns(), Strings{"old"});
  EXPECT_EQ(renamed.counter, 1u);
  expect({"a", "b"}, {"a", "b"});
  EXPECT_FALSE(run(rows({"b", "a"}, "new")).changed);
  // A partial result of other columns proves that rows of the old ones are gone.
  run(rows({"a"}, "third"), Mode::partial);
  expect({"a"}, {"a", "b"});
}

TEST_F(DifferTest, TypesArePartOfAValue) {
  RowSet number({"v"}), text({"v"});
  const Value one{.kind = Value::Kind::integer, .integer = 1}, letter{.kind = Value::Kind::text, .bytes = "1"};
  number.add({&one, 1});
  text.add({&letter, 1});
  run(number);
  EXPECT_TRUE(run(text).changed);
}

TEST_F(DifferTest, APartialResultOnlyAdds) {
  run(rows({"a", "b", "c", "c"}));
  const auto part = run(rows({"b", "d", "c"}), Mode::partial);
  EXPECT_EQ(part.counter, 1u);
  expect({"d"}, {});
  EXPECT_FALSE(run(rows({"d"}), Mode::partial).changed);
  EXPECT_EQ(written_, 0u);
  run(rows({"c", "c", "c"}), Mode::partial);
  expect({"c"}, {});
  run(rows({"a", "b", "c", "c", "c", "d"}));
  expect({}, {});
  EXPECT_EQ(written_, 0u) << "the digest followed";
  run(rows({"a"}));
  expect({}, {"b", "c", "c", "c", "d"});
}

TEST_F(DifferTest, APartialResultMayBeTheFirst) {
  const auto first = run(rows({"a"}), Mode::partial);
  EXPECT_TRUE(first.initial);
  run(rows({"a", "b"}));
  expect({"b"}, {});
}

TEST_F(DifferTest, EventsAreAllNew) {
  auto first = run(rows({"a", "a"}), Mode::events, 3);
  EXPECT_TRUE(first.initial);
  EXPECT_TRUE(first.changed);
  EXPECT_EQ(first.counter, 1u);
  expect({"a", "a"}, {});
  auto none = run(rows({}), Mode::events, 3);
  EXPECT_FALSE(none.changed);
  EXPECT_EQ(none.counter, 1u);
  EXPECT_EQ(written_, 0u);
  EXPECT_EQ(run(rows({"a"}), Mode::events, 3).counter, 2u);
  EXPECT_EQ(written_, 1u) << "only the header";
  expect({"a"}, {});
  EXPECT_EQ(run(rows({"b"}), Mode::events, 4).counter, 1u);
}

TEST_F(DifferTest, EventsWithoutRowsHaveNoLine) {
  const auto first = run(rows({}), Mode::events);
  EXPECT_TRUE(first.initial);
  EXPECT_FALSE(first.changed);
  EXPECT_EQ(written_, 6u) << "the header, and what an older store might have left: four keys and a range";
  EXPECT_EQ(run(rows({"a"}), Mode::events).counter, 1u);
}

TEST_F(DifferTest, AQueryMayTurnToEventsAndBack) {
  run(rows({"a"}));
  EXPECT_EQ(run(rows({"b"}), Mode::events).counter, 1u);
  EXPECT_EQ(run(rows({"a"})).counter, 2u);
  expect({"a"}, {});
}

TEST_F(DifferTest, NamesAreApart) {
  const Strings names = {"", "q", "qq", "q\0"s, "q\0q"s, "\x01", "\x01h", std::string(200, 'q'), "\xff", "q\xff"};
  for (const auto& name : names) run(rows({name}), Mode::whole, 0, "", name);
  for (const auto& name : names) {
    run(rows({name, "more"}), Mode::whole, 0, "", name);
    expect({"more"}, {});
  }
  store::Batch batch;
  Differ::forget("q", batch);
  ASSERT_TRUE(store_->write(batch));
  for (const auto& name : names) EXPECT_EQ(run(rows({name, "more"}), Mode::whole, 0, "", name).initial, name == "q");
}

TEST_F(DifferTest, ForgetLeavesNothing) {
  run(rows({"a", "b"}));
  store::Batch batch;
  Differ::forget("q", batch);
  ASSERT_TRUE(store_->write(batch));
  EXPECT_EQ(store::test::all(*store_, Domain::queries).size(), 1u) << "the key of the hashes stays";
}

TEST_F(DifferTest, ALostKeyIsNoDifference) {
  run(rows({"a", "a", "b"}));
  put(std::string(hash_key), std::string(32, 'k'));
  const Differ restarted(*store_);
  store::Batch batch;
  const auto set = rows({"a", "c", "b"});
  const auto difference = restarted.compare("q", "SELECT 1", set, 0, Mode::whole, batch);
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->added, std::vector<uint32_t>{1});
  EXPECT_EQ(values(difference->removed), Strings{"a"});
  ASSERT_TRUE(store_->write(batch));
  store::Batch second;
  EXPECT_FALSE(restarted.compare("q", "SELECT 1", set, 0, Mode::whole, second)->changed);
  EXPECT_TRUE(second.empty());
}

TEST_F(DifferTest, WhatCannotBeReadIsNew) {
  run(rows({"a"}));
  put(header_key("q"), "nonsense");
  EXPECT_TRUE(run(rows({"a", "b"})).initial);
  put(rows_prefix("q") + std::string(16, '5'), "nonsense");
  EXPECT_TRUE(run(rows({"a"})).initial);
  expect({"a"}, {});
  EXPECT_FALSE(run(rows({"a"})).changed);
}

TEST_F(DifferTest, LostRowsAreAddedAgain) {
  run(rows({"a", "b"}));
  store::Batch batch;
  batch.erase_range(Domain::queries, rows_prefix("q"), rows_end("q"));
  ASSERT_TRUE(store_->write(batch));
  run(rows({"a", "b", "c"}));
  expect({"a", "b", "c"}, {});
  EXPECT_FALSE(run(rows({"a", "b", "c"})).changed);
}

TEST_F(DifferTest, GoesOnFromOsquery) {
  put("q", R"([{"n":1,"r":0.5,"t":"x\\x0A","z":""},{"n":2,"r":1.0,"t":"é","z":""},{"n":2,"r":1.0,"t":"é","z":""}])");
  put("qepoch", "4");
  put("qcounter", "17");
  put("query.q", "SELECT old");
  put("other", "[]");
  put("othercounter", "0");
  put("cache.users", "[]");

  RowSet set({"t", "n", "r", "z"});
  const auto add = [&](std::string_view t, int64_t n, double r, const Value& z) {
    const Value row[] = {
        {.kind = Value::Kind::text, .bytes = t}, {.kind = Value::Kind::integer, .integer = n}, {.kind = Value::Kind::real, .real = r}, z};
    set.add(row);
  };
  add("x\n", 1, 0.5, {});
  add("é", 2, 1.0, {.kind = Value::Kind::blob, .bytes = "\0hidden"sv});
  add("new", 3, 1.0, {});
  store::Batch batch;
  const auto difference = differ_.compare("q", "SELECT new", set, 4, Mode::whole, batch);
  ASSERT_TRUE(difference);
  EXPECT_FALSE(difference->initial);
  EXPECT_TRUE(difference->new_text);
  EXPECT_EQ(difference->counter, 18u);
  EXPECT_EQ(difference->added, std::vector<uint32_t>{2});
  EXPECT_EQ(difference->removed.size(), 1u);
  ASSERT_TRUE(store_->write(batch));
  for (const auto* key : {"q", "qepoch", "qcounter", "query.q"}) EXPECT_EQ(store::test::value_of(*store_, Domain::queries, key), "(none)");
  store::Batch second;
  const auto again = differ_.compare("q", "SELECT new", set, 4, Mode::whole, second);
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(again->counter, 18u);
  EXPECT_TRUE(second.empty());
}

TEST_F(DifferTest, OsqueryRowsThatAreNoneAreNew) {
  for (const auto& json : {"", "{}", "[1]", "[[]]", R"([{"a":[]}])", R"([{"a":{}}])", R"([{"a":1},{"b":1}])", "[{}", "[]x", "null", R"("x")"}) {
    put("q", json);
    put("qepoch", "0");
    put("qcounter", "5");
    EXPECT_TRUE(run(rows({"a"})).initial) << json;
    EXPECT_FALSE(run(rows({"a"})).changed) << json;
    store::Batch batch;
    Differ::forget("q", batch);
    ASSERT_TRUE(store_->write(batch));
  }
}

TEST_F(DifferTest, OsqueryOfAnotherEpochIsNew) {
  put("q", R"([{"v":"a"}])");
  put("qepoch", "1");
  put("qcounter", "5");
  const auto difference = run(rows({"a"}), Mode::whole, 2);
  EXPECT_TRUE(difference.initial);
  EXPECT_EQ(difference.counter, 0u);
  expect({"a"}, {});
}

TEST_F(DifferTest, OsqueryEventsCountOn) {
  put("q", "[]");
  put("qepoch", "0");
  put("qcounter", "5");
  EXPECT_EQ(run(rows({"a"}), Mode::events).counter, 6u);
}

// Against a model that counts texts.
TEST_F(DifferTest, AgreesWithAModel) {
  std::mt19937 random(1);
  std::map<std::string, int> model;
  uint64_t counter = 0;
  for (int round = 0; round < 400; ++round) {
    Strings list;
    // Mostly small changes over few values, so that many rows are equal.
    for (const auto& [value, count] : model)
      for (int i = 0; i < count; ++i)
        if (random() % 8 != 0) list.push_back(value);
    for (unsigned i = random() % 4; i > 0; --i) list.push_back(std::to_string(random() % 30));
    if (random() % 5 == 0) list = {};
    std::shuffle(list.begin(), list.end(), random);
    const bool partial = random() % 3 == 0;

    Strings added, removed;
    std::map<std::string, int> next;
    for (const auto& value : list)
      if (++next[value] > model[value]) added.push_back(value);
    for (auto& [value, count] : model) {
      const int gone = count - (next.count(value) ? next[value] : 0);
      if (gone <= 0) continue;
      if (partial) {
        next[value] = count;
      } else {
        removed.insert(removed.end(), static_cast<size_t>(gone), value);
      }
    }
    model = next;

    const auto difference = run(rows(list), partial ? Mode::partial : Mode::whole);
    std::sort(added.begin(), added.end());
    std::sort(added_.begin(), added_.end());
    ASSERT_EQ(added_, added) << "round " << round;
    ASSERT_EQ(removed_, removed) << "round " << round;
    const bool changed = round == 0 || !added.empty() || !removed.empty();
    ASSERT_EQ(difference.changed, changed) << "round " << round;
    if (round > 0 && changed) ++counter;
    ASSERT_EQ(difference.counter, counter) << "round " << round;
    ASSERT_EQ(written_ == 0, !changed) << "round " << round;
  }
}

TEST(DifferMemory, AMillionRowsTakeLittleMoreThanTheResult) {
  constexpr int64_t count = 1'000'000;
  const store::test::Temporary temporary;
  const auto store = store::test::open_sound(temporary / "store");
  const Differ differ(*store);
  const auto result = [](int64_t from) {
    RowSet set({"path", "size"});
    for (int64_t i = from; i < from + count; ++i) {
      const std::string path = "/usr/share/doc/package/" + std::to_string(i);
      const Value row[] = {{.kind = Value::Kind::text, .bytes = path}, {.kind = Value::Kind::integer, .integer = i}};
      set.add(row);
    }
    return set;
  };
  {
    store::Batch batch;
    ASSERT_TRUE(differ.compare("q", "", result(0), 0, Mode::whole, batch));
    ASSERT_TRUE(store->write(batch));
  }
  const auto set = result(3);
  ::malloc_trim(0);
  const auto peak = [] {
    FILE* status = ::fopen("/proc/self/status", "re");
    char line[200];
    size_t kib = 0;
    while (status && ::fgets(line, sizeof line, status))
      if (std::string_view(line).starts_with("VmHWM:")) kib = std::strtoul(line + 6, nullptr, 10);
    if (status) ::fclose(status);
    return kib * 1024;
  };
  // 5 sets the high-water mark back to what is used now (proc(5)).
  FILE* reset = ::fopen("/proc/self/clear_refs", "we");
  ASSERT_TRUE(reset);
  ::fputs("5", reset);
  ::fclose(reset);
  const size_t before = peak();
  store::Batch batch;
  const auto difference = differ.compare("q", "", set, 0, Mode::whole, batch);
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->added.size(), 3u);
  EXPECT_EQ(difference->removed.size(), 3u);
  EXPECT_EQ(batch.changes().size(), 7u);
#ifdef __SANITIZE_ADDRESS__
  constexpr size_t most = size_t{256} << 20;  // with what the sanitizer puts around each row's key
#else
  constexpr size_t most = size_t{64} << 20;
#endif
  EXPECT_LT(peak() - before, most);
}

}  // namespace
}  // namespace vigil::results
