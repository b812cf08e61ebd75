// SPDX-License-Identifier: Apache-2.0
#include "core/sql/whole.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sql/connection.h"
#include "tests/unit/sql/query.h"

namespace vigil::sql {
namespace {

constexpr Column columns[] = {
    {.name = "n", .type = Type::bigint, .key = true},
    {.name = "text", .type = Type::text, .key = true},
};
constexpr unsigned identity[] = {0, 1};
constexpr Source sources[] = {{"rows", "made up"}};

struct Pair {
  std::optional<int64_t> n;
  std::optional<std::string> text;
};

// Gives the rows that `pinned` admits.
class Pairs : public Cursor {
 public:
  explicit Pairs(const std::vector<Pair>& rows) : rows_(rows) {}

  void constrain(int column, const Constraint& constraint) override {
    if (column == 0 && constraint.op == Constraint::Op::equal) pinned_ = constraint.values.front().integer;
  }
  void start() override {}
  bool next() override {
    while (++at_ < rows_.size())
      if (!pinned_ || rows_[at_].n == pinned_) return true;
    return false;
  }
  const std::optional<Error>& error() const override { return none_; }
  Value value(int column) const override {
    const Pair& row = rows_[at_];
    if (column == 0) return row.n ? Value{Value::Kind::integer, *row.n, 0, {}} : Value{};
    return row.text ? Value{Value::Kind::text, 0, 0, *row.text} : Value{};
  }
  uint64_t identity() const override { return at_; }
  void remember(bool) override {}
  size_t remembered_bytes() const override { return 0; }
  void replay(const Cursor&) override {}

 private:
  const std::vector<Pair>& rows_;
  size_t at_ = static_cast<size_t>(-1);
  std::optional<int64_t> pinned_;
  std::optional<Error> none_;
};

TableInfo pairs_info() { return {.name = "pairs", .columns = columns, .sources = sources, .identity = identity, .cost = {10, 10, 10}}; }

const std::vector<Pair> few = {{2, "b"}, {1, "a"}, {std::nullopt, "none"}, {2, ""}, {1, std::nullopt}};

std::unique_ptr<Whole> whole_of(size_t key) {
  auto whole = std::make_unique<Whole>(pairs_info(), std::vector<bool>{true, true}, key);
  Pairs cursor(few);
  while (cursor.next()) whole->add(cursor);
  whole->finish();
  return whole;
}

std::string found(const Whole& whole, std::vector<Value> values) {
  std::string out;
  const auto cursor = whole.lookup(values);
  while (cursor->next()) {
    const Value n = cursor->value(0), text = cursor->value(1);
    out += (n.kind == Value::Kind::null ? "NULL" : std::to_string(n.integer)) + '=' +
           (text.kind == Value::Kind::null ? "NULL" : std::string(text.bytes)) + '#' + std::to_string(cursor->identity()) + ' ';
  }
  return out;
}

Value number(int64_t n) { return {Value::Kind::integer, n, 0, {}}; }
Value text(std::string_view t) { return {Value::Kind::text, 0, 0, t}; }

TEST(Whole, FindsRowsInTheirOrder) {
  const auto whole = whole_of(0);
  EXPECT_EQ(found(*whole, {number(2)}), "2=b#0 2=#3 ");
  EXPECT_EQ(found(*whole, {number(1), number(2), number(1)}), "2=b#0 1=a#1 2=#3 1=NULL#4 ");
  EXPECT_EQ(found(*whole, {number(3)}), "");
  EXPECT_EQ(found(*whole, {}), "");
}

TEST(Whole, TakesKeysOfOtherTypes) {
  const auto whole = whole_of(0);
  EXPECT_EQ(found(*whole, {text(" 02 "), {Value::Kind::real, 0, 1.0, {}}}), "2=b#0 1=a#1 2=#3 1=NULL#4 ");
  EXPECT_EQ(found(*whole, {text("x"), {Value::Kind::real, 0, 1.5, {}}, {}}), "");
}

TEST(Whole, FindsText) {
  const auto whole = whole_of(1);
  EXPECT_EQ(found(*whole, {text("none")}), "NULL=none#2 ");
  EXPECT_EQ(found(*whole, {text("")}), "2=#3 ");
  EXPECT_EQ(found(*whole, {{}}), "");
}

struct PairsTable : Table {
  explicit PairsTable(std::vector<Pair> rows) : Table{pairs_info(), open_scan}, rows(std::move(rows)) {}

  static Result<std::unique_ptr<Cursor>> open_scan(const Table& table, QueryBase) {
    const auto& pairs = static_cast<const PairsTable&>(table);
    ++pairs.scans;
    return std::unique_ptr<Cursor>(std::make_unique<Pairs>(pairs.rows));
  }

  std::vector<Pair> rows;
  mutable int scans = 0;
};

// Joins `rows` with four keys; the answer, and how many scans it took.
std::pair<std::string, int> join(std::vector<Pair> rows) {
  PairsTable table(std::move(rows));
  const Table* tables[] = {&table};
  test::Options options;
  Connection connection(tables, std::move(*Host::live()), options);
  auto statement = connection.prepare(
      "WITH keys(k) AS (VALUES (1), (2), (3), (4)) SELECT count(*), sum(n), total(length(text)) FROM keys CROSS JOIN pairs ON n = k");
  if (!statement || !*statement || !*(*statement)->step()) return {"failed", 0};
  return {std::string(*(*statement)->text(0)) + ' ' + std::string(*(*statement)->text(1)) + ' ' + std::string(*(*statement)->text(2)), table.scans};
}

TEST(Whole, AJoinScansTwice) {
  // The first key does not tell that there will be others.
  EXPECT_EQ(join(few), std::pair(std::string("4 6 2.0"), 2));
}

TEST(Whole, WhatDoesNotFitIsScannedForEachKey) {
  std::vector<Pair> many;
  for (int64_t n = 0; n < 40; ++n) many.push_back({n, std::string(1024 * 1024, 'x')});
  // One for each key, and the one that did not fit.
  EXPECT_EQ(join(std::move(many)), std::pair(std::string("4 10 4194304.0"), 5));
}

}  // namespace
}  // namespace vigil::sql
