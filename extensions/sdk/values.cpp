// SPDX-License-Identifier: Apache-2.0
#include "extensions/sdk/values.h"

#include <charconv>
#include <cmath>

#include "core/parse/text.h"
#include "extensions/sdk/context.h"
#include "vigil/table.h"

namespace vigil::sdk {
namespace {

using Kind = parse::JsonNode::Kind;

Error wrong(const char* expected, const parse::JsonNode& value) {
  const std::string given = value.kind == Kind::number ? value.text : std::string(parse::kind_name(value.kind));
  return Error{std::string("takes ") + expected + ", not " + given};
}

template <class Number>
Result<void> read_number(const parse::JsonNode& value, const char* expected, std::optional<Number>& cell) {
  cell.reset();
  if (value.kind == Kind::null) return {};
  if (value.kind != Kind::number) return wrong(expected, value);
  cell = parse::number<Number>(value.text);
  if (cell) return {};
  // 7.0 is how SQL may write the number 7; beyond 2^53 a fraction tells nothing exactly.
  const auto number = parse::number<double>(value.text);
  if (!number || *number != std::floor(*number) || std::abs(*number) > 9007199254740992.0 || (std::is_unsigned_v<Number> && *number < 0))
    return wrong(expected, value);
  cell = static_cast<Number>(*number);
  return {};
}

template <class Cell>
Result<void> read_bytes(const parse::JsonNode& value, Cell& cell) {
  cell.reset();
  if (value.kind == Kind::null) return {};
  if (value.kind != Kind::string && value.kind != Kind::number) return wrong("text", value);
  cell.emplace(value.text);
  return {};
}

}  // namespace

std::optional<std::string> cell_text(const sql::Value& value) {
  switch (value.kind) {
    case sql::Value::Kind::null: return std::nullopt;
    case sql::Value::Kind::integer: return std::to_string(value.integer);
    case sql::Value::Kind::real: {
      char digits[32];
      return std::string(digits, std::to_chars(digits, digits + sizeof digits, value.real).ptr);
    }
    case sql::Value::Kind::text:
      // A number from 2^63 on, see to_value() of core/sql/typed.h.
      if (value.bytes.data() == nullptr) return std::to_string(static_cast<uint64_t>(value.integer));
      break;
    case sql::Value::Kind::blob: break;
  }
  return std::string(value.bytes);
}

Result<Values> Values::parse(std::string_view json, size_t columns) {
  auto tree = vigil::parse::json_tree(json, json_max);
  if (tree.error) return Error{"read the new values: " + tree.error->text};
  if (tree.root.kind != Kind::array) return Error{"read the new values: expected an array"};
  if (tree.root.items.size() != columns)
    return Error{"the table has " + std::to_string(columns) + " columns, the new row has " + std::to_string(tree.root.items.size())};
  return Values(std::move(tree.root));
}

Result<void> read(const Values& values, size_t column, Text& cell) { return read_bytes(values[column], cell); }
Result<void> read(const Values& values, size_t column, Blob& cell) { return read_bytes(values[column], cell); }
Result<void> read(const Values& values, size_t column, Int& cell) { return read_number(values[column], "a whole number", cell); }
Result<void> read(const Values& values, size_t column, Unsigned& cell) { return read_number(values[column], "a whole number of at least 0", cell); }
Result<void> read(const Values& values, size_t column, Real& cell) {
  const parse::JsonNode& value = values[column];
  cell.reset();
  if (value.kind == Kind::null) return {};
  if (value.kind == Kind::number) cell = parse::number<double>(value.text);
  if (!cell) return wrong("a number", value);
  return {};
}

}  // namespace vigil::sdk
