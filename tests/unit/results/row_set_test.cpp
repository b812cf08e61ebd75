// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/results/row_set.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "osqueryd/results/escape.h"

namespace vigil::results {
namespace {

using namespace std::literals;
using sql::Value;
using Kind = Value::Kind;
using Strings = std::vector<std::string>;

Value integer(int64_t number) { return {.kind = Kind::integer, .integer = number}; }
Value real(double number) { return {.kind = Kind::real, .real = number}; }
Value text(std::string_view bytes) { return {.kind = Kind::text, .bytes = bytes}; }
Value blob(std::string_view bytes) { return {.kind = Kind::blob, .bytes = bytes}; }

std::vector<Value> unpacked(std::string_view row) {
  std::vector<Value> values;
  Unpacker unpacker(row);
  for (Value value; unpacker.next(value);) values.push_back(value);
  return values;
}

void expect_equal(const Value& a, const Value& b) {
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.integer, b.integer);
  EXPECT_EQ(a.real, b.real);
  EXPECT_EQ(a.bytes, b.bytes);
}

TEST(RowSet, SortsColumnsByBytesAndKeepsTheLastOfEqualNames) {
  RowSet rows({"b", "a", "B", "b", ""});
  EXPECT_EQ(rows.columns(), (Strings{"", "B", "a", "b"}));
  const Value row[] = {integer(1), integer(2), integer(3), integer(4), integer(5)};
  rows.add(row);
  const auto values = unpacked(rows.packed(0));
  ASSERT_EQ(values.size(), 4u);
  EXPECT_EQ(values[0].integer, 5);
  EXPECT_EQ(values[1].integer, 3);
  EXPECT_EQ(values[2].integer, 2);
  EXPECT_EQ(values[3].integer, 4);
}

TEST(RowSet, GivesBackEveryValue) {
  const std::string long_text(70'000, 'x');
  const Value values[] = {Value(),
                          integer(0),
                          integer(-1),
                          integer(63),
                          integer(-64),
                          integer(64),
                          integer(std::numeric_limits<int64_t>::max()),
                          integer(std::numeric_limits<int64_t>::min()),
                          real(0.1),
                          real(-std::numeric_limits<double>::infinity()),
                          text(""),
                          text("a\0b"sv),
                          text(long_text),
                          blob(""),
                          blob("\0\xff"sv)};
  RowSet rows({"v"});
  for (const auto& value : values) rows.add({&value, 1});
  ASSERT_EQ(rows.size(), std::size(values));
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto back = unpacked(rows.packed(i));
    ASSERT_EQ(back.size(), 1u) << i;
    expect_equal(back[0], values[i]);
    for (size_t k = 0; k < i; ++k) EXPECT_NE(rows.packed(i), rows.packed(k)) << i << " " << k;
  }
}

TEST(RowSet, TakesPackedRows) {
  RowSet rows({"a", "b"});
  const Value row[] = {integer(300), text("x")};
  rows.add(row);
  RowSet copy(rows.columns());
  copy.add_packed(rows.packed(0));
  copy.add_packed(rows.packed(0));
  ASSERT_EQ(copy.size(), 2u);
  EXPECT_EQ(copy.packed(1), rows.packed(0));
  EXPECT_GE(copy.bytes(), 2 * rows.packed(0).size());
}

TEST(RowSet, IsCompact) {
  RowSet rows({"pid", "name"});
  for (int i = 0; i < 1000; ++i) {
    const Value row[] = {integer(i % 64), text("bash")};
    rows.add(row);
  }
  EXPECT_EQ(rows.packed(0).size(), 2 + 6u);
  EXPECT_LE(rows.bytes(), 2 * 1000 * (8 + sizeof(size_t)));
}

TEST(RowSet, MayBeEmpty) {
  const RowSet none;
  EXPECT_EQ(none.size(), 0u);
  EXPECT_TRUE(none.columns().empty());
  RowSet no_columns{Strings{}};
  no_columns.add({});
  EXPECT_EQ(no_columns.size(), 1u);
  EXPECT_EQ(no_columns.packed(0), "");
}

TEST(Unpacker, EndsWhereTheRowIsDamaged) {
  for (const auto& row : {"\x05"s, "\x01"s, "\x01\x80"s, "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s, "\x02\0\0\0"s,
                          "\x03\x05"s
                          "abc",
                          "\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s, "\x04"s})
    EXPECT_TRUE(unpacked(row).empty());
}

TEST(Escape, IsOsquerys) {
  EXPECT_EQ(escape("plain \\ / \" é €"), "plain \\ / \" é €");
  EXPECT_EQ(escape("a\nb\x1f\0"sv), "a\\x0Ab\\x1F\\x00");
  EXPECT_EQ(escape("\x7f"), "\x7f");
  EXPECT_EQ(escape("\xff\xc3(\xe2\x82"), "\\xFF\\xC3(\\xE2\\x82");
  EXPECT_EQ(escape(escape("\xff\n")), "\\xFF\\x0A");
}

}  // namespace
}  // namespace vigil::results
