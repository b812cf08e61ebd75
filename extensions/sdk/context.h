// SPDX-License-Identifier: Apache-2.0
// The context of a table's call: what the core's query asks, as JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/sql/table.h"

namespace vigil::sdk {

// One comparison; the numbers are the protocol's.
struct Comparison {
  enum Op : int { equal = 2, greater = 4, less_equal = 8, less = 16, greater_equal = 32, like = 65, glob = 66 };
  int op;
  std::string text;
};

struct Context {
  struct Column {
    std::string name;
    std::vector<Comparison> comparisons;
  };
  std::vector<Column> columns;
  // The columns that are used; both empty: not known. Bit 63 stands for all columns from there on.
  std::optional<std::vector<std::string>> used;
  std::optional<uint64_t> used_bits;
};

// Empty text is a context that asks for everything.
Result<Context> parse_context(std::string_view json);

// Calls the scanner's constrain() with what is compared with one column: all
// values of = and IN at once, as values of the column's type.
void constrain(sql::Scanner& scanner, int column, sql::Type type, const std::vector<Comparison>& comparisons, bool like);

inline constexpr size_t json_max = size_t{64} << 20;  // bytes of any JSON of a call

}  // namespace vigil::sdk
