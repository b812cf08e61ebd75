// SPDX-License-Identifier: Apache-2.0
#include "extensions/remote_table.h"

#include <gtest/gtest.h>

#include "core/sql/memory.h"
#include "tests/unit/extensions/remote_fixture.h"

namespace vigil::extensions {
namespace {

using test::column;
using test::rows;
using Texts = std::vector<std::string>;

constexpr int index_bit = 1, required_bit = 2, additional_bit = 4, optimized_bit = 8, hidden_bit = 16;

using RemoteTableTest = test::Remote;

TEST_F(RemoteTableTest, GivesTheRowsOfTheExtension) {
  ASSERT_EQ(add("t", {column("name", "TEXT"), column("n", "INTEGER"), column("big", "UNSIGNED_BIGINT"), column("d", "DOUBLE"), column("b", "BLOB")}),
            "");
  give({{{"name", "one"}, {"n", "1"}, {"big", "18446744073709551615"}, {"d", "2.5"}, {"b", "bytes"}, {"extra", "ignored"}}, {{"n", "-7"}}, {}});
  EXPECT_EQ(run("SELECT * FROM t"), "one | 1 | 18446744073709551615 | 2.5 | bytes; NULL | -7 | NULL | NULL | NULL; NULL | NULL | NULL | NULL | NULL");
  EXPECT_TRUE(warnings().empty());
  EXPECT_EQ(run("SELECT typeof(name), typeof(n), typeof(big), typeof(d), typeof(b) FROM t LIMIT 1"), "text | integer | text | real | text");
  EXPECT_EQ(link_->items.front(), "t");
}

TEST_F(RemoteTableTest, TypesHaveTwoSpellings) {
  EXPECT_EQ(add("t", {column("a", "UNSIGNED BIGINT"), column("b", "UNSIGNED_BIGINT"), column("c", "bigint")}), "");
  const auto types = connection().types("SELECT a, b, c FROM t");
  ASSERT_TRUE(types);
  EXPECT_EQ((*types)[0].type, "UNSIGNED BIGINT");
  EXPECT_EQ((*types)[1].type, "UNSIGNED BIGINT");
  EXPECT_EQ((*types)[2].type, "BIGINT");
  EXPECT_EQ(run("PRAGMA table_info(t)"),
            "0 | a | UNSIGNED BIGINT | 0 | NULL | 0; 1 | b | UNSIGNED BIGINT | 0 | NULL | 0; 2 | c | BIGINT | 0 | NULL | 0");
}

TEST_F(RemoteTableTest, ContextHasItsShapeByteForByte) {
  ASSERT_EQ(add("t", {column("path", "TEXT", index_bit), column("n", "INTEGER"), column("u", "UNSIGNED_BIGINT", hidden_bit)}), "");
  run("SELECT n FROM t WHERE path = 'a\"b\\' AND n > 5");
  ASSERT_EQ(link_->requests.size(), 1u);
  const std::string& text = link_->requests[0].at("context");
  EXPECT_EQ(text, R"({"constraints":[{"name":"path","list":[{"op":2,"expr":"a\"b\\"}],"affinity":"TEXT"},)"
                  R"({"name":"n","list":[{"op":4,"expr":"5"}],"affinity":"INTEGER"},)"
                  R"({"name":"u","list":[],"affinity":"UNSIGNED BIGINT"}],"colsUsed":["path","n"],"colsUsedBitset":3})");
  EXPECT_EQ(link_->requests[0].at("action"), "generate");
  EXPECT_EQ(link_->requests[0].size(), 2u);
  ASSERT_NE(link_->stops[0], nullptr);
  EXPECT_FALSE(link_->stops[0]->load());
}

TEST_F(RemoteTableTest, TheLastBitStandsForAllLaterColumns) {
  Response routes;
  for (int i = 0; i < 70; ++i) routes.push_back(column("c" + std::to_string(i), "TEXT"));
  routes.push_back({{"id", "alias"}, {"alias", "wide"}});
  ASSERT_EQ(add("t", routes), "");
  for (const std::string name : {"t", "wide"}) {
    run("SELECT c0, c66 FROM " + name);
    const std::string& context = link_->requests.at(0).at("context");
    EXPECT_TRUE(context.ends_with(R"("colsUsed":["c0","c66"],"colsUsedBitset":9223372036854775809})")) << context;
  }
}

TEST_F(RemoteTableTest, OptionsSayWhichConstraintsAreTold) {
  struct {
    int op;
    bool default_index, told;
  } const cases[] = {{0, true, true},
                     {0, false, false},
                     {index_bit, false, true},
                     {additional_bit, false, true},
                     {required_bit, false, true},
                     {optimized_bit, true, false},
                     {hidden_bit, true, false},
                     {index_bit | hidden_bit, false, true},
                     {1 << 20, true, false}};
  for (const auto& c : cases) {
    const std::string name = "t" + std::to_string(&c - cases);
    ASSERT_EQ(add(name, {column("a", "TEXT", c.op), column("b", "TEXT")}, c.default_index), "");
    run("SELECT b FROM " + name + " WHERE a = 'x'");
    EXPECT_EQ(asked(), Texts{c.told ? "a 2 x" : ""}) << c.op;
  }
}

TEST_F(RemoteTableTest, HiddenColumnsAndCollations) {
  ASSERT_EQ(add("t", {column("a", "TEXT", 64 | index_bit), column("r", "TEXT", 128), column("v", "TEXT", 256), column("h", "TEXT", hidden_bit)}), "");
  give({{{"a", "Foo"}, {"r", "x  "}, {"v", "1.10"}, {"h", "seen"}}});
  EXPECT_EQ(run("SELECT * FROM t"), "Foo | x   | 1.10");
  EXPECT_EQ(run("SELECT h FROM t WHERE a = 'fOO'"), "seen");
  EXPECT_EQ(asked(), Texts{"a 2 fOO"});
  EXPECT_EQ(run("SELECT h FROM t WHERE a = 'foo' COLLATE RTRIM"), "");
  EXPECT_EQ(asked(), Texts{""});
  EXPECT_EQ(run("SELECT h FROM t WHERE r = 'x' AND v > '1.9'"), "seen");
}

TEST_F(RemoteTableTest, OneRequiredColumnIsEnough) {
  ASSERT_EQ(add("t", {column("path", "TEXT", required_bit), column("n", "INTEGER", required_bit), column("x", "TEXT")}), "");
  give({{{"path", "/a"}, {"n", "3"}, {"x", "row"}}});
  EXPECT_EQ(run("SELECT x FROM t"), "error: Table t was queried without a required column in the WHERE clause: path or n");
  EXPECT_TRUE(link_->requests.empty());
  EXPECT_EQ(run("SELECT x FROM t WHERE path = '/a'"), "row");
  EXPECT_EQ(run("SELECT x FROM t WHERE n > 2"), "row");
  EXPECT_EQ(run("SELECT x FROM t WHERE path LIKE '/%'"), "row");
  EXPECT_EQ(run("SELECT x FROM (SELECT '/a' AS p) JOIN t ON path = p"), "row");
  EXPECT_EQ(asked(), Texts{"path 2 /a"});
}

TEST_F(RemoteTableTest, EveryOperatorIsToldByItsNumber) {
  ASSERT_EQ(add("t", {column("s", "TEXT"), column("n", "BIGINT"), column("u", "UNSIGNED_BIGINT"), column("d", "DOUBLE"), column("b", "BLOB")}), "");
  const std::pair<const char*, const char*> cases[] = {
      {"s = 'x'", "s 2 x"},
      {"s LIKE 'a%_'", "s 65 a%_"},
      {"s GLOB 'a*?'", "s 66 a*?"},
      {"n LIKE '1%'", "n 65 1%"},
      {"n > 5", "n 4 5"},
      {"n <= 5", "n 8 5"},
      {"n < 5", "n 16 5"},
      {"n >= 5", "n 32 5"},
      {"n BETWEEN 2 AND 4", "n 32 2, n 8 4"},
      {"n > 1 AND n > 2", "n 4 1, n 4 2"},
      {"u > 5", "u 4 5"},
      {"d < 5", "d 16 5"},
      {"d < 5.0", "d 16 5.0"},
      {"d = 0.1", "d 2 0.1"},
      {"d > 1e300", "d 4 1e+300"},
      {"b = 'x'", "b 2 x"},
      // Text is not told of bounds, nor are bytes.
      {"s > 'a'", ""},
      {"s <= 'a'", ""},
      {"s BETWEEN 'a' AND 'b'", ""},
      {"b < 'a'", ""},
      // An empty text is not told.
      {"s = ''", ""},
      {"s LIKE ''", ""},
      {"n = ''", ""},
      // Numbers arrive as the column would be written.
      {"n = '5'", "n 2 5"},
      {"n = ' 5.0 '", "n 2 5"},
      {"n = 5.0", "n 2 5"},
      {"n = 5.5", "n 2 5.5"},
      {"n > 5.5", "n 4 5"},
      {"n >= 5.5", "n 32 5"},
      {"n < 5.5", "n 16 6"},
      {"n <= -5.5", "n 8 -5"},
      {"n = 'word'", "n 2 word"},
      {"n > 'word'", ""},
      {"n > 1e30", ""},
      {"u > -1", ""},
      {"u = 18446744073709551615", ""},
      {"s = 5", "s 2 5"},
      {"s = 1.0", "s 2 1.0"},
      // What JSON cannot say.
      {"s = CAST(x'ff' AS TEXT)", ""},
      {"s = x'ff'", ""},
      // Of these SQL makes nothing that a table is asked.
      {"s IS NULL", ""},
      {"s != 'x'", ""},
      {"s || 'x' = 'ax'", ""},
      {"s = 'x' COLLATE NOCASE", ""},
      {"s LIKE 'a!%' ESCAPE '!'", ""},
  };
  for (const auto& [where, terms] : cases) {
    EXPECT_EQ(run(std::string("SELECT 1 FROM t WHERE ") + where), "") << where;
    EXPECT_EQ(asked(), Texts{terms}) << where;
  }
}

TEST_F(RemoteTableTest, NothingIsAskedWhereNothingCanMatch) {
  ASSERT_EQ(add("t", {column("s", "TEXT"), column("o", "TEXT", index_bit | optimized_bit)}), "");
  give({{{"s", "x"}, {"o", "x"}}});
  for (const char* where : {"s = NULL", "s LIKE NULL", "o IN (NULL, NULL)", "o = (SELECT 1 WHERE 0)"}) {
    EXPECT_EQ(run(std::string("SELECT 1 FROM t WHERE ") + where), "") << where;
    EXPECT_TRUE(link_->requests.empty()) << where;
  }
  EXPECT_EQ(run("SELECT a.s, t.s FROM (SELECT NULL AS s UNION ALL SELECT 'x') a LEFT JOIN t USING (s)"), "NULL | NULL; x | x");
  EXPECT_EQ(asked(), Texts{"s 2 x"});
}

// An extension may look at its first value only, or at none: no row is lost or comes twice.
TEST_F(RemoteTableTest, ValuesOfInComeOneByOne) {
  ASSERT_EQ(add("t", {column("s", "TEXT", index_bit), column("n", "INTEGER")}), "");
  const Response all = {{{"s", "a"}, {"n", "1"}}, {{"s", "b"}, {"n", "2"}}, {{"s", "b"}, {"n", "2"}}, {{"s", ""}, {"n", "3"}}};
  give(all);
  EXPECT_EQ(run("SELECT s, n FROM t WHERE s IN ('b', 'a', 'b') ORDER BY s"), "a | 1; b | 2; b | 2");
  EXPECT_EQ(asked(), (Texts{"s 2 a", "s 2 b"}));
  link_->answer = [&](const Request& request) {
    for (const auto& row : all)
      if (request.at("context").find("\"expr\":\"" + row.at("s") + '"') != std::string::npos) return rows({row});
    return rows({});
  };
  EXPECT_EQ(run("SELECT s, n FROM t WHERE s IN ('a', 'b', 'c', NULL) ORDER BY s"), "a | 1; b | 2");
  EXPECT_EQ(asked(), (Texts{"s 2 a", "s 2 b", "s 2 c"}));
  give(all);
  EXPECT_EQ(run("SELECT n FROM t WHERE s IN ('', 'zz')"), "3");
  EXPECT_EQ(asked(), (Texts{"", "s 2 zz"}));
  EXPECT_EQ(run("SELECT n FROM t WHERE s IN (SELECT 'a' UNION SELECT 'b') ORDER BY 1"), "1; 2; 2");
}

TEST_F(RemoteTableTest, ValuesOfInComeAtOnceWhereTheColumnIsOptimized) {
  ASSERT_EQ(add("t", {column("s", "TEXT", index_bit | optimized_bit), column("n", "INTEGER")}), "");
  give({{{"s", "a"}, {"n", "1"}}, {{"s", "b"}, {"n", "2"}}, {{"s", ""}, {"n", "3"}}, {{"s", "x"}, {"n", "4"}}});
  EXPECT_EQ(run("SELECT n FROM t WHERE s IN ('b', 'a', NULL, '')"), "1; 2; 3");
  EXPECT_EQ(asked(), Texts{"s 2 , s 2 a, s 2 b"});
  EXPECT_EQ(run("SELECT n FROM t WHERE s = 'a'"), "1");
  // One value that cannot be told keeps the others back too.
  EXPECT_EQ(run("SELECT n FROM t WHERE s IN ('a', CAST(x'ff' AS TEXT))"), "1");
  EXPECT_EQ(asked(), Texts{""});
}

TEST_F(RemoteTableTest, OrLosesNoRowsAndDoublesNone) {
  ASSERT_EQ(add("t", {column("a", "TEXT", index_bit), column("b", "TEXT", index_bit)}), "");
  const Response twins = {{{"a", "1"}, {"b", "2"}}, {{"a", "1"}, {"b", "2"}}, {{"a", "1"}, {"b", "3"}}, {{"a", "4"}, {"b", "2"}}, {{"a", "5"}}};
  give(twins);
  EXPECT_EQ(run("SELECT a, b FROM t WHERE a = '1' OR b = '2' ORDER BY a, b"), "1 | 2; 1 | 2; 1 | 3; 4 | 2");
  EXPECT_EQ(asked(), (Texts{"a 2 1", "b 2 2"}));
  // With numbers of their own, rows are told apart by these alone.
  Response numbered = twins;
  for (size_t i = 0; i < numbered.size(); ++i) numbered[i]["rowid"] = std::to_string(i * 10);
  give(numbered);
  EXPECT_EQ(run("SELECT rowid, a, b FROM t WHERE a = '1' OR b = '2' ORDER BY rowid"), "0 | 1 | 2; 10 | 1 | 2; 20 | 1 | 3; 30 | 4 | 2");
}

TEST_F(RemoteTableTest, JoinsAskForEachKeyOnce) {
  ASSERT_EQ(add("outside", {column("k", "INTEGER"), column("x", "TEXT")}), "");
  ASSERT_EQ(add("inside", {column("k", "INTEGER", index_bit), column("y", "TEXT")}), "");
  link_->answer = [&](const Request& request) {
    if (link_->items.back() == "outside") return rows({{{"k", "1"}}, {{"k", "2"}}, {{"k", "1"}}, {{"k", "3"}}, {}});
    const bool two = request.at("context").find(R"("expr":"2")") != std::string::npos;
    return two ? rows({{{"k", "2"}, {"y", "b"}}, {{"k", "2"}, {"y", "c"}}}) : rows({{{"k", "1"}, {"y", "a"}}});
  };
  EXPECT_EQ(run("SELECT k, y FROM outside CROSS JOIN inside USING (k)"), "1 | a; 2 | b; 2 | c; 1 | a");
  EXPECT_EQ(asked(), (Texts{"", "k 2 1", "k 2 2", "k 2 3"}));
  EXPECT_EQ(run("SELECT outside.k, y FROM outside LEFT JOIN inside USING (k) WHERE outside.k = 3"), "3 | NULL");
}

TEST_F(RemoteTableTest, AdditionalColumnsDecideTheOrderOfAJoin) {
  ASSERT_EQ(add("t", {column("path", "TEXT", additional_bit), column("y", "TEXT")}), "");
  give({{{"path", "/a"}, {"y", "row"}}});
  EXPECT_EQ(run("SELECT y FROM t, (SELECT '/a' AS p UNION ALL SELECT '/b') WHERE path = p"), "row");
  EXPECT_EQ(asked(), (Texts{"path 2 /a", "path 2 /b"}));
}

TEST_F(RemoteTableTest, NumbersAreReadWithCare) {
  struct {
    const char *type, *text, *shown;
  } const cases[] = {
      {"INTEGER", "", "NULL"},
      {"INTEGER", " ", "NULL"},
      {"INTEGER", "007", "7"},
      {"INTEGER", "010", "10"},
      {"INTEGER", "0x1F", "31"},
      {"INTEGER", "-0X10", "-16"},
      {"INTEGER", " +12\n", "12"},
      {"INTEGER", "4294967296", "4294967296"},
      {"INTEGER", "-9223372036854775808", "-9223372036854775808"},
      {"BIGINT", "0x7fffffffffffffff", "9223372036854775807"},
      {"UNSIGNED_BIGINT", "9223372036854775808", "9223372036854775808"},
      {"UNSIGNED_BIGINT", "0xffffffffffffffff", "18446744073709551615"},
      {"UNSIGNED_BIGINT", "7", "7"},
      {"DOUBLE", "1e3", "1000.0"},
      {"DOUBLE", "+.5", "0.5"},
      {"DOUBLE", "-3", "-3.0"},
      {"DOUBLE", "inf", "Inf"},
      {"TEXT", "", ""},
      {"BLOB", "", ""},
  };
  for (const auto& c : cases) {
    const std::string name = "t" + std::to_string(&c - cases);
    ASSERT_EQ(add(name, {column("n", c.type)}), "");
    give({{{"n", c.text}}});
    EXPECT_EQ(run("SELECT n FROM " + name), c.shown) << c.type << " '" << c.text << "'";
    EXPECT_TRUE(warnings().empty()) << c.text;
  }
}

TEST_F(RemoteTableTest, ACellThatIsNoNumberIsNullAndSaidOnce) {
  const std::pair<const char*, const char*> cases[] = {
      {"INTEGER", "abc"}, {"INTEGER", "1.5"}, {"INTEGER", "12 34"}, {"INTEGER", "9223372036854775808"},         {"INTEGER", "0x"},
      {"INTEGER", "--1"}, {"INTEGER", "+-1"}, {"INTEGER", "0x-1"},  {"BIGINT", "0xffffffffffffffff"},           {"UNSIGNED_BIGINT", "-1"},
      {"DOUBLE", "nan"},  {"DOUBLE", "1,5"},  {"DOUBLE", "1e999"},  {"UNSIGNED_BIGINT", "18446744073709551616"}};
  size_t number = 0;
  for (const auto& [type, text] : cases) {
    const std::string name = "t" + std::to_string(number++);
    ASSERT_EQ(add(name, {column("n", type), column("s", "TEXT")}), "");
    give({{{"n", text}, {"s", "a"}}, {{"n", text}, {"s", "b"}}, {{"n", "1"}, {"s", "c"}}});
    EXPECT_EQ(run("SELECT n IS NULL, s FROM " + name), "1 | a; 1 | b; 0 | c") << text;
    ASSERT_EQ(warnings().size(), 1u) << text;
    const std::string shown = type == std::string("UNSIGNED_BIGINT") ? "UNSIGNED BIGINT" : type;
    EXPECT_EQ(warnings()[0], "extension 'played': table '" + name + "': column 'n': '" + text + "' is no " + shown + ", and shown as NULL");
  }
}

TEST_F(RemoteTableTest, HostileRowsAreRows) {
  ASSERT_EQ(add("t", {column("s", "TEXT"), column("n", "INTEGER")}), "");
  const std::string nul("a\0b", 3), control(5000, '\x1b');
  give({{{"s", nul}, {"n", control}, {"", "no name"}, {"rowid", "none"}}, {{"s", "\xff\xfe"}, {"n", "2"}, {"rowid", "99999999999999999999"}}});
  EXPECT_EQ(run("SELECT hex(s), length(CAST(s AS BLOB)), n FROM t"), "610062 | 3 | NULL; FFFE | 2 | 2");
  ASSERT_EQ(warnings().size(), 1u);
  EXPECT_LT(warnings()[0].size(), 300u);
  EXPECT_EQ(warnings()[0].find('\x1b'), std::string::npos);
  EXPECT_EQ(run("SELECT count(*) FROM t WHERE s = 'x' OR n = 2"), "1");
}

TEST_F(RemoteTableTest, ErrorsNameTheExtension) {
  ASSERT_EQ(add("t", {column("s", "TEXT")}), "");
  link_->answer = [](const Request&) { return Answer{{failure, "no such file", 7}, {{{"s", "not shown"}}}}; };
  EXPECT_EQ(run("SELECT * FROM t"), "error: extension 'played': table 't': no such file");
  EXPECT_EQ(code_, 1);
  link_->answer = [](const Request&) { return Answer{{fatal, "", 7}, {}}; };
  EXPECT_EQ(run("SELECT * FROM t"), "error: extension 'played': table 't': it failed with the code 2");
  link_->answer = [](const Request&) { return Error{"extension 'played': it is gone"}; };
  EXPECT_EQ(run("SELECT * FROM t"), "error: table 't': extension 'played': it is gone");
  give({{{"s", "back"}}});
  EXPECT_EQ(run("SELECT * FROM t"), "back");
}

TEST_F(RemoteTableTest, ACancelledQueryStopsTheCall) {
  ASSERT_EQ(add("t", {column("s", "TEXT")}), "");
  link_->answer = [this](const Request&) -> Result<Answer> {
    connection().cancel();
    EXPECT_TRUE(link_->stops.back()->load());
    return Error{"extension 'played': the call was cancelled"};
  };
  EXPECT_EQ(run("SELECT * FROM t"), "error: the query was cancelled");
  connection().resume();
}

TEST_F(RemoteTableTest, RowsCountAsMemoryOfTheQuery) {
  ASSERT_EQ(add("t", {column("s", "TEXT")}), "");
  give(Response(100, {{"s", std::string(1 << 20, 'x')}}));
  sql::MemoryLimit limit(50 << 20);
  EXPECT_EQ(run("SELECT length(s) FROM t LIMIT 1"), "error: extension 'played': table 't': its 100 rows need more memory than the query may take");
  EXPECT_TRUE(limit.exceeded());
  give(Response(10, {{"s", std::string(1 << 20, 'x')}}));
  EXPECT_EQ(run("SELECT count(*) FROM t"), "10");
  EXPECT_GT(limit.peak(), 10 << 20);
  EXPECT_LT(limit.held(), 10 << 20);
  connection_.reset();
}

TEST_F(RemoteTableTest, AliasesNameTablesAndColumns) {
  ASSERT_EQ(
      add("t", {{{"id", "columnAlias"}, {"name", "old"}, {"target", "s"}}, column("s", "TEXT", index_bit), {{"id", "alias"}, {"alias", "former"}}}),
      "");
  give({{{"s", "x"}}});
  EXPECT_EQ(run("SELECT old, former.* FROM former WHERE old = 'x'"), "x | x");
  EXPECT_EQ(asked(), Texts{"s 2 x"});
  EXPECT_EQ(link_->items.back(), "t");
  EXPECT_EQ(link_->requests.back().at("context").find("old"), std::string::npos);
}

TEST_F(RemoteTableTest, AttributesAreKept) {
  const auto made = [&](const char* bits) {
    return *RemoteTable::make("t", {column("s", "TEXT"), {{"id", "attributes"}, {"attributes", bits}}}, link_, true);
  };
  EXPECT_TRUE(made("1")->info.utility);
  EXPECT_TRUE(made("2")->info.cacheable);
  EXPECT_EQ(made("4")->info.events, "extension");
  EXPECT_TRUE(made("8")->info.user_data);
  const auto none = made("0");
  EXPECT_FALSE(none->info.utility || none->info.cacheable || none->info.user_data || !none->info.events.empty());
}

TEST_F(RemoteTableTest, RefusesWhatNoTableCanHave) {
  const std::string in = "extension 'played': table 't': ";
  const auto alias = [](const std::string& name, const std::string& target) {
    return std::map<std::string, std::string>{{"id", "columnAlias"}, {"name", name}, {"target", target}};
  };
  const std::pair<Response, std::string> cases[] = {
      {{}, "it has no columns"},
      {{{{"id", "alias"}, {"alias", "x"}}}, "it has no columns"},
      {{{{"id", "column"}, {"name", "a"}}}, "column 'a': its type '' is not known"},
      {{column("a", "VARCHAR")}, "column 'a': its type 'VARCHAR' is not known"},
      {{column("", "TEXT")}, "column '': the name is empty"},
      {{column("a\"b", "TEXT")}, "column 'a\"b': the name has a character that no name has here"},
      {{column(std::string("a\0b", 3), "TEXT")}, "column 'a\\x00b': the name has a character that no name has here"},
      {{column(std::string(256, 'a'), "TEXT")}, "column '" + std::string(60, 'a') + "': the name has more than 255 bytes"},
      {{column("a", "TEXT"), column("A", "TEXT")}, "column 'A' comes twice"},
      {{column("a", "TEXT"), alias("a", "a")}, "column alias 'a' comes twice"},
      {{column("a", "TEXT"), alias("b", "c")}, "column alias 'b': there is no column 'c'"},
      {{column("a", "TEXT"), {{"id", "alias"}, {"alias", "T"}}}, "alias 'T' comes twice"},
      {{column("a", "TEXT"), {{"id", "alias"}, {"alias", "a b"}}}, "alias 'a b': the name has a character that no name has here"},
      {{column("a", "TEXT"), {{"id", "attributes"}, {"attributes", "many"}}}, "its attributes 'many' are no number"},
      {{{{"id", "column"}, {"name", "a"}, {"type", "TEXT"}, {"op", "-1"}}}, "column 'a': its options '-1' are no number"},
      {Response(10'001, {{"id", "other"}}), "it is described in more than 10000 parts"},
  };
  for (const auto& [routes, why] : cases) EXPECT_EQ(add("t", routes), in + why);
  for (const char* name : {"", "a b", "a\"", "sqlite_x", "a;b", "\x1b"}) EXPECT_NE(add(name, {column("a", "TEXT")}), "") << name;
}

TEST_F(RemoteTableTest, ColumnsHaveABound) {
  Response routes;
  for (int i = 0; i < 1999; ++i) routes.push_back(column("c" + std::to_string(i), "TEXT"));
  routes.push_back({{"id", "columnAlias"}, {"name", "last"}, {"target", "c1998"}});
  ASSERT_EQ(add("most", routes), "");
  give({{{"c1998", "x"}}});
  EXPECT_EQ(run("SELECT last FROM most WHERE last = 'x'"), "x");
  routes.push_back(column("more", "TEXT"));
  EXPECT_EQ(add("t", routes), "extension 'played': table 't': it has more than 2000 columns");
}

}  // namespace
}  // namespace vigil::extensions
