// SPDX-License-Identifier: Apache-2.0
#include "extensions/sdk/context.h"

#include <gtest/gtest.h>

namespace vigil::sdk {
namespace {

using sql::Constraint;
using sql::Value;

// Notes what it is told, as "column op values".
class Noting final : public sql::Scanner {
 public:
  void constrain(int column, const Constraint& constraint) override {
    std::string text = std::to_string(column) + ' ' + std::to_string(static_cast<int>(constraint.op));
    for (const Value& v : constraint.values) {
      text += ' ';
      if (v.kind == Value::Kind::integer) text += 'i' + std::to_string(v.integer);
      if (v.kind == Value::Kind::real) text += 'r' + std::to_string(v.real);
      if (v.kind == Value::Kind::text) text += 't' + std::string(v.bytes);
    }
    told.push_back(text);
  }
  void start() override {}
  bool next() override { return false; }
  const std::optional<Error>& error() const override { return none_; }
  Value value(int) const override { return {}; }

  std::vector<std::string> told;

 private:
  std::optional<Error> none_;
};

using Told = std::vector<std::string>;

Told told(sql::Type type, const std::vector<Comparison>& comparisons, bool like = true) {
  Noting noting;
  constrain(noting, 3, type, comparisons, like);
  return noting.told;
}

TEST(ContextTest, Whole) {
  const auto context =
      parse_context(R"({"constraints":[{"name":"path","list":[{"op":2,"expr":"/a"},{"op":65,"expr":"%b"}],"affinity":"TEXT"},)"
                    R"({"name":"size","list":[],"affinity":"BIGINT"}],"colsUsed":["path","size"],"colsUsedBitset":18446744073709551615})");
  ASSERT_TRUE(context) << context.error().message;
  ASSERT_EQ(context->columns.size(), 2u);
  EXPECT_EQ(context->columns[0].name, "path");
  ASSERT_EQ(context->columns[0].comparisons.size(), 2u);
  EXPECT_EQ(context->columns[0].comparisons[0].op, Comparison::equal);
  EXPECT_EQ(context->columns[0].comparisons[1].text, "%b");
  EXPECT_TRUE(context->columns[1].comparisons.empty());
  EXPECT_EQ(context->used, (std::vector<std::string>{"path", "size"}));
  EXPECT_EQ(context->used_bits, UINT64_MAX);
}

TEST(ContextTest, NothingAsksForEverything) {
  for (const char* text : {"", "{}"}) {
    const auto context = parse_context(text);
    ASSERT_TRUE(context) << text;
    EXPECT_TRUE(context->columns.empty());
    EXPECT_FALSE(context->used || context->used_bits);
  }
}

TEST(ContextTest, OldCoresWriteText) {
  const auto context = parse_context(R"({"constraints":[{"name":"a","list":""},{"name":"b","list":[{"op":"4","expr":"7"}]}],"colsUsedBitset":"5"})");
  ASSERT_TRUE(context) << context.error().message;
  EXPECT_TRUE(context->columns[0].comparisons.empty());
  EXPECT_EQ(context->columns[1].comparisons[0].op, Comparison::greater);
  EXPECT_EQ(context->used_bits, 5u);
}

TEST(ContextTest, Hostile) {
  const struct {
    const char *text, *error;
  } cases[] = {
      {"[", "bad JSON"},
      {"7", "expected an object"},
      {"{\"constraints\": 1}", "'constraints' is no array"},
      {"{\"constraints\": [1]}", "has no name"},
      {"{\"constraints\": [{\"name\": 1}]}", "has no name"},
      {"{\"constraints\": [{\"name\": \"a\", \"list\": {}}]}", "column 'a' are no array"},
      {"{\"constraints\": [{\"name\": \"a\", \"list\": \"x\"}]}", "column 'a' are no array"},
      {"{\"constraints\": [{\"name\": \"a\", \"list\": [{\"op\": 2}]}]}", "has no op and expr"},
      {"{\"constraints\": [{\"name\": \"a\", \"list\": [{\"op\": 99999999999, \"expr\": \"\"}]}]}", "has no op and expr"},
      {"{\"constraints\": [{\"name\": \"a\", \"list\": [{\"op\": 2, \"expr\": []}]}]}", "has no op and expr"},
      {"{\"colsUsed\": {}}", "'colsUsed' is no array"},
      {"{\"colsUsed\": [1]}", "what is no name"},
  };
  for (const auto& c : cases) {
    const auto context = parse_context(c.text);
    ASSERT_FALSE(context) << c.text;
    EXPECT_NE(context.error().message.find(c.error), std::string::npos) << context.error().message;
    EXPECT_TRUE(context.error().message.starts_with("read the context of the query: ")) << context.error().message;
  }
  const std::string deep(100'000, '[');
  EXPECT_FALSE(parse_context(deep));
}

TEST(ContextTest, ValuesHaveTheTypeOfTheColumn) {
  using enum Comparison::Op;
  using sql::Type;
  EXPECT_EQ(told(Type::bigint, {{equal, "7"}, {equal, " 8 "}, {equal, "9.5"}, {equal, "x"}}), (Told{"3 0 i7 i8 r9.500000 tx"}));
  EXPECT_EQ(told(Type::text, {{equal, "7"}, {equal, ""}}), (Told{"3 0 t7 t"}));
  EXPECT_EQ(told(Type::bigint, {{greater, "1"}, {less_equal, "2.5"}}), (Told{"3 1 i1", "3 4 r2.500000"}));
  EXPECT_EQ(told(Type::bigint, {{greater_equal, "1"}, {less, "2"}}), (Told{"3 2 i1", "3 3 i2"}));
  EXPECT_EQ(told(Type::text, {{like, "a%"}, {glob, "a*"}}), (Told{"3 5 ta%", "3 6 ta*"}));
}

TEST(ContextTest, WhatAScanCannotUseIsLeftOut) {
  using enum Comparison::Op;
  using sql::Type;
  EXPECT_EQ(told(Type::text, {{greater, "a"}, {64, "m"}, {67, "r"}, {-1, ""}}), Told{});
  EXPECT_EQ(told(Type::text, {{like, "a%"}}, false), Told{});
  EXPECT_EQ(told(Type::bigint, {{like, "7%"}}), Told{});
}

}  // namespace
}  // namespace vigil::sdk
