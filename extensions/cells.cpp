// SPDX-License-Identifier: Apache-2.0
#include "extensions/cells.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "core/parse/text.h"
#include "core/parse/utf8.h"

namespace vigil::extensions {
namespace {

using Op = sql::Constraint::Op;
using sql::Type;
using sql::Value;

std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  return text;
}

std::optional<double> real_number(std::string_view text) {
  text = without_plus(parse::trim(text));
  double number = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), number);
  // As SQL has no name for what is no number, it counts as none.
  if (bad != std::errc() || end != text.data() + text.size() || std::isnan(number)) return std::nullopt;
  return number;
}

// The shortest text that is the same number; with a point or an exponent, as SQL writes it.
std::string real_text(double number) {
  char text[32];
  const auto [end, bad] = std::to_chars(text, text + sizeof text, number);
  std::string out(text, end);
  if (out.find_first_of(".e") == out.npos) out += ".0";
  return out;
}

std::optional<std::string> whole_expression(int64_t number, Type type, Op op) {
  // Every unsigned number is on one side of it.
  if (type == Type::unsigned_bigint && number < 0 && op != Op::equal) return std::nullopt;
  return std::to_string(number);
}

std::optional<std::string> real_expression(double number, Type type, Op op) {
  if (!std::isfinite(number)) return std::nullopt;
  if (type == Type::real) return real_text(number);
  const double near = op == Op::greater || op == Op::greater_equal ? std::floor(number) : std::ceil(number);
  if (op == Op::equal && near != number) return real_text(number);  // no whole number is equal to it
  // From 2^63 on, a real number stands for many whole ones.
  if (std::abs(near) > 9.2e18) return std::nullopt;
  return whole_expression(static_cast<int64_t>(near), type, op);
}

std::optional<std::string> numeric_expression(const Value& value, Type type, Op op) {
  if (value.kind == Value::Kind::integer) return whole_expression(value.integer, type, op);
  if (value.kind == Value::Kind::real) return real_expression(value.real, type, op);
  if (value.kind == Value::Kind::text) {
    // SQL compares '5' as a number here, but not '0x5'.
    if (const auto whole = parse::number(without_plus(parse::trim(value.bytes)))) return whole_expression(*whole, type, op);
    if (const auto real = real_number(value.bytes)) return real_expression(*real, type, op);
  }
  // Text that is no number is greater than all numbers.
  if (op != Op::equal) return std::nullopt;
  return std::string(value.bytes);
}

}  // namespace

bool is_numeric(Type type) { return type != Type::text && type != Type::blob; }

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  text = without_plus(parse::trim(text));
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (!digits.starts_with("0x") && !digits.starts_with("0X")) return parse::number<Number>(text);
  const auto magnitude = parse::number<uint64_t>(digits.substr(2), 16);
  constexpr auto highest = static_cast<uint64_t>(std::numeric_limits<Number>::max());
  if (!magnitude || *magnitude > highest || (negative && std::is_unsigned_v<Number>)) return std::nullopt;
  const auto number = static_cast<Number>(*magnitude);
  return negative ? static_cast<Number>(0 - number) : number;
}
template std::optional<int64_t> whole_number(std::string_view);
template std::optional<uint64_t> whole_number(std::string_view);

std::optional<Value> cell(std::string_view text, Type type) {
  if (!is_numeric(type)) return Value{Value::Kind::text, 0, 0, text};
  if (parse::trim(text).empty()) return Value{};
  if (type == Type::real) {
    if (const auto number = real_number(text)) return Value{Value::Kind::real, 0, *number, {}};
  } else if (type == Type::unsigned_bigint) {
    if (const auto number = whole_number<uint64_t>(text)) return sql::unsigned_value(*number);
  } else if (const auto number = whole_number<int64_t>(text)) {
    return Value{Value::Kind::integer, *number, 0, {}};
  }
  return std::nullopt;
}

std::optional<std::string> expression(const Value& value, Type type, Op op) {
  const bool pattern = op == Op::like || op == Op::glob;
  std::optional<std::string> text;
  if (is_numeric(type) && !pattern) {
    text = numeric_expression(value, type, op);
  } else if (value.kind == Value::Kind::integer) {
    text = std::to_string(value.integer);
  } else if (value.kind == Value::Kind::real) {
    text = real_text(value.real);
  } else {
    text = std::string(value.bytes);
  }
  // JSON is UTF-8.
  if (text && !parse::is_utf8(*text)) return std::nullopt;
  return text;
}

}  // namespace vigil::extensions
