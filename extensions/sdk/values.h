// SPDX-License-Identifier: Apache-2.0
// Cells on their way through the protocol: rows are text, new values are JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/parse/json_tree.h"
#include "core/sql/table.h"

namespace vigil::sdk {

// The text of a cell; nothing for NULL.
std::optional<std::string> cell_text(const sql::Value& value);

// New values of a row; read() of vigil/table.h takes them apart.
class Values {
 public:
  // A JSON array of `columns` scalars.
  static Result<Values> parse(std::string_view json, size_t columns);
  const parse::JsonNode& operator[](size_t column) const { return array_.items[column]; }

 private:
  explicit Values(vigil::parse::JsonNode array) : array_(std::move(array)) {}
  vigil::parse::JsonNode array_;
};

}  // namespace vigil::sdk
