// SPDX-License-Identifier: Apache-2.0
#include "extensions/sdk/context.h"

#include <utility>

#include "core/parse/json_tree.h"
#include "core/parse/text.h"

namespace vigil::sdk {
namespace {

using parse::JsonNode;
using sql::Value;

// Old cores write all scalars as text.
template <class Number>
std::optional<Number> number(const JsonNode& node) {
  if (node.kind != JsonNode::Kind::number && node.kind != JsonNode::Kind::string) return std::nullopt;
  return parse::number<Number>(node.text);
}

bool is(const JsonNode* node, JsonNode::Kind kind) { return node && node->kind == kind; }

Result<std::vector<Comparison>> comparisons(const JsonNode& list, const std::string& column) {
  std::vector<Comparison> out;
  // An empty list of an old core is an empty text.
  if (list.kind == JsonNode::Kind::string && list.text.empty()) return out;
  if (list.kind != JsonNode::Kind::array) return Error{"the constraints of column '" + column + "' are no array"};
  for (const JsonNode& item : list.items) {
    const JsonNode* op = item.find("op");
    const JsonNode* expr = item.find("expr");
    const auto code = op ? number<int>(*op) : std::nullopt;
    if (!code || !expr || (expr->kind != JsonNode::Kind::string && expr->kind != JsonNode::Kind::number))
      return Error{"a constraint of column '" + column + "' has no op and expr"};
    out.push_back({*code, expr->text});
  }
  return out;
}

Result<Context> read(const JsonNode& root) {
  if (root.kind != JsonNode::Kind::object) return Error{"expected an object"};
  Context context;
  if (const JsonNode* constraints = root.find("constraints")) {
    if (constraints->kind != JsonNode::Kind::array) return Error{"'constraints' is no array"};
    for (const JsonNode& item : constraints->items) {
      const JsonNode* name = item.find("name");
      const JsonNode* list = item.find("list");
      if (!is(name, JsonNode::Kind::string)) return Error{"a column of 'constraints' has no name"};
      if (!list) continue;
      auto compared = comparisons(*list, name->text);
      if (!compared) return compared.error();
      context.columns.push_back({name->text, std::move(*compared)});
    }
  }
  if (const JsonNode* used = root.find("colsUsed")) {
    if (used->kind != JsonNode::Kind::array) return Error{"'colsUsed' is no array"};
    context.used.emplace();
    for (const JsonNode& item : used->items) {
      if (item.kind != JsonNode::Kind::string) return Error{"'colsUsed' holds what is no name"};
      context.used->push_back(item.text);
    }
  }
  if (const JsonNode* bits = root.find("colsUsedBitset")) context.used_bits = number<uint64_t>(*bits);
  return context;
}

// What SQL compares a column of this type with. The text of a number is that number.
Value value_of(sql::Type type, std::string_view text) {
  if (type == sql::Type::text || type == sql::Type::blob) return {Value::Kind::text, 0, 0, text};
  const std::string_view trimmed = parse::trim(text);
  if (const auto integer = parse::number(trimmed)) return {Value::Kind::integer, *integer, 0, {}};
  if (const auto real = parse::number<double>(trimmed)) return {Value::Kind::real, 0, *real, {}};
  return {Value::Kind::text, 0, 0, text};
}

std::optional<sql::Constraint::Op> bound(int op) {
  using To = sql::Constraint::Op;
  switch (op) {
    case Comparison::greater: return To::greater;
    case Comparison::greater_equal: return To::greater_equal;
    case Comparison::less: return To::less;
    case Comparison::less_equal: return To::less_equal;
    default: return std::nullopt;
  }
}

}  // namespace

Result<Context> parse_context(std::string_view json) {
  if (json.empty()) return Context{};
  const auto tree = parse::json_tree(json, json_max);
  auto context = tree.error ? Result<Context>(Error{tree.error->text}) : read(tree.root);
  if (!context) return std::move(context.error()).within("read the context of the query");
  return context;
}

void constrain(sql::Scanner& scanner, int column, sql::Type type, const std::vector<Comparison>& comparisons, bool like) {
  using To = sql::Constraint::Op;
  const bool text = type == sql::Type::text || type == sql::Type::blob;
  // The values of IN and those of two = come alike; together they are too many, never too few.
  std::vector<Value> equal;
  for (const Comparison& c : comparisons) {
    const Value value = value_of(type, c.text);
    if (c.op == Comparison::equal) {
      equal.push_back(value);
    } else if ((c.op == Comparison::like || c.op == Comparison::glob) && like && text) {
      scanner.constrain(column, {c.op == Comparison::like ? To::like : To::glob, {&value, 1}});
    } else if (const auto op = bound(c.op); op && !text) {
      scanner.constrain(column, {*op, {&value, 1}});
    }
  }
  if (!equal.empty()) scanner.constrain(column, {To::equal, equal});
}

}  // namespace vigil::sdk
