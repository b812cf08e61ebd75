// SPDX-License-Identifier: Apache-2.0
#include "shell/completion.h"

#include <gtest/gtest.h>

namespace vigil::shell {
namespace {

using List = std::vector<std::string>;

constexpr sql::Column column(std::string_view name, bool hidden = false) {
  return {name, sql::Type::text, "", 0, false, false, "", false, false, false, hidden, "", {}};
}

class CompletionTest : public ::testing::Test {
 protected:
  List at(std::string_view line, std::string_view before = {}) const {
    const Completion found = complete({tables_, {"upper", "uuid"}, {"mode", "schema", "timer", "types"}}, before, line, line.size());
    start_ = found.start;
    return found.candidates;
  }

  static constexpr sql::Column apples_columns_[] = {column("color"), column("core"), column("secret", true)};
  static constexpr sql::Column pears_columns_[] = {column("weight")};
  static constexpr std::string_view aliases_[] = {"apfel"};
  sql::Table apples_ = {{.name = "apples", .columns = apples_columns_, .aliases = aliases_}, nullptr};
  sql::Table pears_ = {{.name = "pears", .columns = pears_columns_}, nullptr};
  const sql::Table* tables_[2] = {&apples_, &pears_};
  mutable size_t start_ = 0;
};

TEST_F(CompletionTest, OffersTablesAfterFrom) {
  EXPECT_EQ(at("SELECT * FROM "), (List{"apfel", "apples", "pears"}));
  EXPECT_EQ(at("SELECT * FROM ap"), (List{"apfel", "apples"}));
  EXPECT_EQ(start_, 14u);
  EXPECT_EQ(at("select * from apples join p"), (List{"pears"}));
  EXPECT_EQ(at("select * from apples, p"), (List{"pears"}));
  EXPECT_EQ(at("p", "select *\nfrom\n"), (List{"pears"}));
}

TEST_F(CompletionTest, OffersColumnsOfTheTablesInTheStatement) {
  EXPECT_EQ(at("SELECT * FROM apples WHERE "), (List{"color", "core"}));
  EXPECT_EQ(at("SELECT * FROM apples WHERE se"), (List{"secret", "select"}));
  EXPECT_EQ(at("WHERE we", "SELECT *\nFROM pears\n"), (List{"weight"}));
  EXPECT_EQ(at("SELECT we"), (List{"weight"}));
}

TEST_F(CompletionTest, KnowsAliases) {
  EXPECT_EQ(at("SELECT * FROM apples AS x, pears y WHERE x.c"), (List{"color", "core"}));
  EXPECT_EQ(at("SELECT * FROM apples AS x, pears y WHERE y."), (List{"weight"}));
  EXPECT_EQ(at("SELECT pears.w"), (List{"weight"}));
  EXPECT_EQ(at("SELECT z.w"), List());
}

TEST_F(CompletionTest, KeepsTheCaseOfKeywords) {
  EXPECT_EQ(at("SEL"), (List{"SELECT"}));
  EXPECT_EQ(at("sel"), (List{"select"}));
  EXPECT_EQ(at("SELECT u"), (List{"union", "upper", "using", "uuid"}));
}

TEST_F(CompletionTest, KnowsMetaCommands) {
  EXPECT_EQ(at(".t"), (List{"timer", "types"}));
  EXPECT_EQ(at(".schema p"), (List{"pears"}));
  EXPECT_EQ(at(".mode js"), (List{"json", "json_pretty"}));
  EXPECT_EQ(at(".timer "), (List{"off", "on"}));
  EXPECT_EQ(at(".types SELECT we"), (List{"weight"}));
  EXPECT_EQ(at(".nothing "), List());
}

TEST_F(CompletionTest, SurvivesOddLines) {
  EXPECT_EQ(at(""), List());
  EXPECT_EQ(at("   "), List());
  EXPECT_EQ(at("."), (List{"mode", "schema", "timer", "types"}));
  EXPECT_EQ(at(".."), List());
  EXPECT_EQ(complete({tables_, {}, {}}, "", "ab", 99).start, 0u);
}

}  // namespace
}  // namespace vigil::shell
