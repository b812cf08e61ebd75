// SPDX-License-Identifier: Apache-2.0
// Whole: the rows of one full scan, held so that a join finds the rows for
// each of its keys without another scan.
//
// Belongs to the statement that made it, and to its thread.
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <vector>

#include "core/sql/table.h"

namespace vigil::sql {

class Whole {
 public:
  // Holds the `used` columns; rows are found by what is in the column `key`.
  Whole(const TableInfo& table, const std::vector<bool>& used, size_t key);

  // True for a column whose values rows can be found by.
  static bool finds_by(const Column& column);

  // Takes the row at hand of `cursor`.
  void add(const Cursor& cursor);
  // After the last row, before the first lookup.
  void finish();
  size_t bytes() const;

  // A scan, in the order of the table, over the rows whose key is one of
  // `values`. This object has to outlive it.
  std::unique_ptr<Cursor> lookup(std::span<const Value> values) const;

 private:
  class Lookup;

  // -1 where the row has no such cell.
  std::vector<int> cell_of_;  // by column of the table
  size_t cells_per_row_ = 0;
  size_t key_;
  bool text_key_;

  std::pmr::monotonic_buffer_resource texts_;
  size_t text_bytes_ = 0;
  std::vector<Value> cells_;
  std::vector<uint64_t> identities_;
  std::vector<uint32_t> by_key_;  // rows with a key, in its order, then in that of the table

  const Value& cell(size_t row, size_t column) const { return cells_[row * cells_per_row_ + static_cast<size_t>(cell_of_[column])]; }
};

}  // namespace vigil::sql
