// SPDX-License-Identifier: Apache-2.0
#include "extensions/sdk/values.h"

#include <gtest/gtest.h>

#include "core/sql/typed.h"
#include "vigil/table.h"

namespace vigil::sdk {
namespace {

// The cell that a JSON value becomes, or the error.
template <class Cell>
std::string as(const char* json) {
  const auto values = Values::parse(std::string("[") + json + "]", 1);
  if (!values) return values.error().message;
  Cell cell;
  if (auto done = read(*values, 0, cell); !done) return "error: " + done.error().message;
  return cell_text(sql::to_value(cell)).value_or("NULL");
}

TEST(ValuesTest, ToCells) {
  EXPECT_EQ(as<Text>(R"("a\u00e9")"), "a\xc3\xa9");
  EXPECT_EQ(as<Text>("7.50"), "7.50");
  EXPECT_EQ(as<Text>("null"), "NULL");
  EXPECT_EQ(as<Text>("true"), "error: takes text, not true or false");
  EXPECT_EQ(as<Blob>(R"("\u0000x")"), std::string("\0x", 2));
  EXPECT_EQ(as<Int>("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(as<Int>("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(as<Int>("9223372036854775808"), "error: takes a whole number, not 9223372036854775808");
  EXPECT_EQ(as<Int>("7.0"), "7");
  EXPECT_EQ(as<Int>("7.5"), "error: takes a whole number, not 7.5");
  EXPECT_EQ(as<Int>("1e300"), "error: takes a whole number, not 1e300");
  EXPECT_EQ(as<Int>("\"7\""), "error: takes a whole number, not a string");
  EXPECT_EQ(as<Int>("null"), "NULL");
  EXPECT_EQ(as<Unsigned>("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(as<Unsigned>("-1"), "error: takes a whole number of at least 0, not -1");
  EXPECT_EQ(as<Unsigned>("-1.0"), "error: takes a whole number of at least 0, not -1.0");
  EXPECT_EQ(as<Real>("1.5"), "1.5");
  EXPECT_EQ(as<Real>("2"), "2");
  EXPECT_EQ(as<Real>("1e999"), "read the new values: bad JSON: number too big to be stored in double");
  EXPECT_EQ(as<Real>("[]"), "error: takes a number, not an array");
}

TEST(ValuesTest, Rows) {
  EXPECT_EQ(Values::parse("{}", 0).error().message, "read the new values: expected an array");
  EXPECT_EQ(Values::parse("[1,2]", 1).error().message, "the table has 1 columns, the new row has 2");
  EXPECT_TRUE(Values::parse("[", 1).error().message.starts_with("read the new values: bad JSON"));
}

TEST(ValuesTest, FromCells) {
  EXPECT_EQ(cell_text({}), std::nullopt);
  EXPECT_EQ(cell_text(sql::to_value(Unsigned(UINT64_MAX))), "18446744073709551615");
  EXPECT_EQ(cell_text(sql::to_value(Int(-1))), "-1");
  EXPECT_EQ(cell_text(sql::to_value(Real(0.1))), "0.1");
  EXPECT_EQ(cell_text(sql::to_value(Text(""))), "");
}

}  // namespace
}  // namespace vigil::sdk
