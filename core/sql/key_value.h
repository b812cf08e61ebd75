// SPDX-License-Identifier: Apache-2.0
// What SQL compares a key column with, as a value of that column.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "core/parse/text.h"
#include "core/sql/table.h"

namespace vigil::sql {

// Key values as the key's type. A value that the column cannot hold is left
// out: SQLite would find no row equal to it.
inline std::optional<std::string> key_value(const Value& value, std::string*) {
  switch (value.kind) {
    case Value::Kind::text:
    case Value::Kind::blob: return std::string(value.bytes);
    case Value::Kind::integer: return std::to_string(value.integer);
    default: return std::nullopt;
  }
}
inline std::optional<int64_t> key_value(const Value& value, int64_t*) {
  switch (value.kind) {
    case Value::Kind::integer: return value.integer;
    case Value::Kind::real:
      if (value.real >= -9.2e18 && value.real <= 9.2e18 && value.real == std::floor(value.real)) return static_cast<int64_t>(value.real);
      return std::nullopt;
    case Value::Kind::text: return parse::number(parse::trim(value.bytes));
    default: return std::nullopt;
  }
}

}  // namespace vigil::sql
