// SPDX-License-Identifier: Apache-2.0
#include "core/sql/whole.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "core/sql/key_value.h"

namespace vigil::sql {
namespace {

// As a number or as bytes; cells of one column are all of one kind.
bool before(const Value& a, const Value& b) { return a.integer != b.integer ? a.integer < b.integer : a.bytes < b.bytes; }

}  // namespace

class Whole::Lookup final : public Cursor {
 public:
  Lookup(const Whole& whole, std::vector<uint32_t> rows) : whole_(whole), rows_(std::move(rows)) {}

  void constrain(int, const Constraint&) override {}
  void start() override {}
  bool next() override { return ++at_ < rows_.size(); }
  const std::optional<Error>& error() const override { return none_; }
  Value value(int column) const override {
    const auto index = static_cast<size_t>(column);
    return whole_.cell_of_[index] < 0 ? Value{} : whole_.cell(rows_[at_], index);
  }
  uint64_t identity() const override { return whole_.identities_[rows_[at_]]; }
  void remember(bool) override {}
  size_t remembered_bytes() const override { return 0; }
  void replay(const Cursor&) override {}

 private:
  const Whole& whole_;
  std::vector<uint32_t> rows_;
  size_t at_ = static_cast<size_t>(-1);
  std::optional<Error> none_;
};

Whole::Whole(const TableInfo& table, const std::vector<bool>& used, size_t key) : key_(key), text_key_(table.columns[key].type == Type::text) {
  for (size_t i = 0; i < table.columns.size(); ++i) cell_of_.push_back(used[i] || i == key ? static_cast<int>(cells_per_row_++) : -1);
}

bool Whole::finds_by(const Column& column) {
  return column.type == Type::text || column.type == Type::integer || column.type == Type::bigint || column.type == Type::datetime;
}

void Whole::add(const Cursor& cursor) {
  for (size_t i = 0; i < cell_of_.size(); ++i) {
    if (cell_of_[i] < 0) continue;
    Value value = cursor.value(static_cast<int>(i));
    if (!value.bytes.empty()) {
      auto* copy = static_cast<char*>(texts_.allocate(value.bytes.size(), 1));
      std::memcpy(copy, value.bytes.data(), value.bytes.size());
      value.bytes = {copy, value.bytes.size()};
      text_bytes_ += value.bytes.size();
    } else {
      value.bytes = "";  // that of the row may not live on
    }
    cells_.push_back(value);
  }
  identities_.push_back(cursor.identity());
}

void Whole::finish() {
  for (uint32_t row = 0; row < identities_.size(); ++row)
    if (cell(row, key_).kind != Value::Kind::null) by_key_.push_back(row);
  std::stable_sort(by_key_.begin(), by_key_.end(), [this](uint32_t a, uint32_t b) { return before(cell(a, key_), cell(b, key_)); });
}

size_t Whole::bytes() const { return cells_.size() * sizeof(Value) + identities_.size() * (sizeof(uint64_t) + sizeof(uint32_t)) + text_bytes_; }

std::unique_ptr<Cursor> Whole::lookup(std::span<const Value> values) const {
  std::vector<uint32_t> rows;
  const auto find = [&](const Value& wanted) {
    const auto begin =
        std::lower_bound(by_key_.begin(), by_key_.end(), wanted, [this](uint32_t row, const Value& v) { return before(cell(row, key_), v); });
    const auto end = std::upper_bound(begin, by_key_.end(), wanted, [this](const Value& v, uint32_t row) { return before(v, cell(row, key_)); });
    rows.insert(rows.end(), begin, end);
  };
  for (const Value& value : values) {
    if (text_key_) {
      if (const auto text = key_value(value, static_cast<std::string*>(nullptr))) find({Value::Kind::text, 0, 0, *text});
    } else if (const auto number = key_value(value, static_cast<int64_t*>(nullptr))) {
      find({Value::Kind::integer, *number, 0, ""});
    }
  }
  // Two values can be one key, and no row comes twice.
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return std::make_unique<Lookup>(*this, std::move(rows));
}

}  // namespace vigil::sql
