// SPDX-License-Identifier: Apache-2.0
// RowSet: the rows of one result, compactly. Column names are kept once, in
// byte order, and a row is the values in that order, packed into one string.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/table.h"

namespace vigil::results {

class RowSet {
 public:
  RowSet() = default;
  // The names as SELECT has them. Of equal names the last one counts.
  explicit RowSet(const std::vector<std::string>& selected);

  // Sorted, each once.
  const std::vector<std::string>& columns() const { return columns_; }
  // For each of the columns its place in SELECT.
  const std::vector<size_t>& places() const { return places_; }

  // A row with its values in SELECT's order.
  void add(std::span<const sql::Value> selected);
  // A row that was packed with the same columns.
  void add_packed(std::string_view row);

  size_t size() const { return ends_.size(); }
  std::string_view packed(size_t row) const;
  // Memory that the rows take.
  size_t bytes() const;

 private:
  std::vector<std::string> columns_;
  std::vector<size_t> places_;
  std::string rows_;
  std::vector<size_t> ends_;
};

// The values of a packed row, one after the other.
class Unpacker {
 public:
  explicit Unpacker(std::string_view row) : rest_(row) {}
  // False at the end, or where the row is damaged. The value's bytes point into the row.
  bool next(sql::Value& value);

 private:
  std::string_view rest_;
};

}  // namespace vigil::results
