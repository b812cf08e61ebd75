// SPDX-License-Identifier: Apache-2.0
#include "vigil/table.h"

#include <gtest/gtest.h>

#include <map>

#include "extensions/sdk/spec_table.h"

namespace vigil::sdk {
namespace {

class Lines final : public Log {
 public:
  void write(LogLine line) override { lines.push_back(line.message); }
  std::vector<std::string> lines;
};

class NoEngine final : public sql::Engine {
 public:
  sql::ProgramInfo program() const override { return {}; }
  std::vector<sql::FlagInfo> flags() const override { return {}; }
  std::vector<sql::PluginInfo> plugins() const override { return {}; }
  std::string option(std::string_view) const override { return {}; }
};

struct Row {
  Int id;
  Text name;
  Int size;
  Unsigned big;
  Real part;
  Blob raw;
};

std::vector<Column<Row>> columns() {
  return {column("name", &Row::name, "Its name", key).alias("title"), column("size", &Row::size, "Its size", key),
          column("big", &Row::big, "A large number"), column("part", &Row::part, "A part", hidden), column("raw", &Row::raw, "Its bytes")};
}

class TableTest : public testing::Test {
 protected:
  Answer ask(Plugin& plugin, Request request) { return plugin.call({request, stop, engine, log}); }
  Answer generate(Plugin& plugin, const std::string& context) { return ask(plugin, {{"action", "generate"}, {"context", context}}); }

  std::atomic<bool> stop = false;
  NoEngine engine;
  Lines log;
};

Rows<Row> two(Query<Row>) {
  const Row rows[] = {{1, "a", 7, UINT64_MAX, 0.5, Blob(std::string("\0\xff", 2))},
                      {.id = 2, .name = "a name that is too long to stand in the string itself"}};
  for (const Row& row : rows) co_yield row;
}

TEST_F(TableTest, RoutesSayWhatColumnsAre) {
  const auto table = sdk::table<Row>("things", columns(), two).alias("stuff").cacheable();
  EXPECT_EQ(table.routes(), (Response{{{"id", "column"}, {"name", "name"}, {"type", "TEXT"}, {"op", "9"}},
                                      {{"id", "columnAlias"}, {"name", "title"}, {"target", "name"}},
                                      {{"id", "column"}, {"name", "size"}, {"type", "BIGINT"}, {"op", "9"}},
                                      {{"id", "column"}, {"name", "big"}, {"type", "UNSIGNED BIGINT"}, {"op", "0"}},
                                      {{"id", "column"}, {"name", "part"}, {"type", "DOUBLE"}, {"op", "16"}},
                                      {{"id", "column"}, {"name", "raw"}, {"type", "BLOB"}, {"op", "0"}},
                                      {{"id", "alias"}, {"alias", "stuff"}},
                                      {{"id", "attributes"}, {"attributes", "2"}}}));
}

TEST_F(TableTest, RowsAreText) {
  auto table = sdk::table<Row>("things", columns(), two);
  const auto answer = ask(table, {{"action", "generate"}});
  EXPECT_EQ(answer.status.code, 0);
  EXPECT_EQ(answer.response,
            (Response{{{"name", "a"}, {"size", "7"}, {"big", "18446744073709551615"}, {"part", "0.5"}, {"raw", std::string("\0\xff", 2)}},
                      {{"name", "a name that is too long to stand in the string itself"}}}));
}

TEST_F(TableTest, OnlyUsedColumnsAreSent) {
  auto table = sdk::table<Row>("things", columns(), two);
  EXPECT_EQ(generate(table, R"({"colsUsed":["size"]})").response, (Response{{{"size", "7"}}, {}}));
  EXPECT_EQ(generate(table, R"({"colsUsedBitset":2})").response, (Response{{{"size", "7"}}, {}}));
  // By its other name.
  EXPECT_EQ(generate(table, R"({"colsUsed":["title"]})").response[0], (Response::value_type{{"name", "a"}}));
}

TEST_F(TableTest, AScanSeesWhatIsAsked) {
  std::string seen;
  auto table = sdk::table<Row>("things", columns(), [&](Query<Row> query) -> Rows<Row> {
    for (const auto& name : query.key(&Row::name).values()) seen += name + ',';
    seen += std::to_string(query.key(&Row::size).at_least()) + ',' + std::to_string(query.key(&Row::size).pinned());
    seen += query.needs(&Row::name) ? " name" : "";
    seen += query.needs(&Row::big) ? " big" : "";
    co_return;
  });
  generate(table, R"({"constraints":[{"name":"title","list":[{"op":2,"expr":"b"},{"op":2,"expr":"a"}]},)"
                  R"({"name":"size","list":[{"op":4,"expr":"6"}]},{"name":"other","list":[{"op":2,"expr":"x"}]}],"colsUsed":["name"]})");
  EXPECT_EQ(seen, "a,b,7,0 name");
}

TEST_F(TableTest, EqualUnderACollationIsNoPin) {
  bool pinned = true;
  auto table = sdk::table<Row>("things", {column("name", &Row::name, "Its name", key | collate_nocase)}, [&](Query<Row> query) -> Rows<Row> {
    pinned = query.key(&Row::name).pinned();
    co_return;
  });
  generate(table, R"({"constraints":[{"name":"name","list":[{"op":2,"expr":"b"}]}]})");
  EXPECT_FALSE(pinned);
}

TEST_F(TableTest, RequiredColumns) {
  auto table = sdk::table<Row>("things", {column("name", &Row::name, "Its name", required)}, two);
  EXPECT_EQ(generate(table, "{}").status.message, "Table things was queried without a required column in the WHERE clause: name");
  EXPECT_EQ(generate(table, R"({"constraints":[{"name":"name","list":[{"op":2,"expr":"b"}]}]})").status.code, 0);
}

TEST_F(TableTest, ErrorsOfAScan) {
  auto fails = sdk::table<Row>("things", columns(), [](Query<Row> query) -> Rows<Row> {
    query.skip({"read '/x': no"});
    query.warn("take care");
    const Row row{1};
    co_yield row;
    co_await failed("read '/y': no");
  });
  auto answer = ask(fails, {{"action", "generate"}});
  EXPECT_EQ(answer.status.code, 1);
  EXPECT_EQ(answer.status.message, "read '/y': no");
  EXPECT_EQ(log.lines, (std::vector<std::string>{"table 'things': take care", "table 'things': 1 rows left out: read '/x': no"}));

  auto throws = sdk::table<Row>("things", columns(), [](Query<Row> query) -> Rows<Row> {
    query.key(&Row::id);
    co_return;
  });
  EXPECT_EQ(ask(throws, {{"action", "generate"}}).status.message, "the scan asks for a member of its row that is no column");
}

TEST_F(TableTest, ACancelledScanEnds) {
  auto endless = sdk::table<Row>("things", columns(), [&](Query<Row> query) -> Rows<Row> {
    EXPECT_FALSE(query.cancelled());
    for (int64_t i = 0;; ++i) {
      if (i == 3) stop = true;
      const Row row{.size = i};
      co_yield row;
    }
  });
  EXPECT_EQ(ask(endless, {{"action", "generate"}}).status.message, "cancelled");
}

TEST_F(TableTest, BadRequests) {
  auto table = sdk::table<Row>("things", columns(), two);
  EXPECT_EQ(ask(table, {}).status.message, "the request has no 'action'");
  EXPECT_EQ(ask(table, {{"action", "dance"}}).status.message, "a table knows no action 'dance'");
  EXPECT_TRUE(generate(table, "{").status.message.starts_with("read the context of the query: bad JSON"));
}

class WritesTest : public TableTest {
 protected:
  // The one row of an answer.
  Response::value_type write(Plugin& plugin, Request request) {
    const auto answer = ask(plugin, std::move(request));
    EXPECT_EQ(answer.status.code, 0);
    EXPECT_EQ(answer.response.size(), 1u);
    return answer.response.empty() ? Response::value_type() : answer.response[0];
  }

  std::map<int64_t, Row> rows;
  Table<Row> table = sdk::table<Row>("things", {column("name", &Row::name, "Its name"), column("size", &Row::size, "Its size")},
                                     [this](Query<Row>) -> Rows<Row> {
                                       for (const auto& [id, row] : rows) co_yield row;
                                     })
                         .writable({
                             .id = &Row::id,
                             .insert = [this](const Row& row) -> Result<int64_t> {
                               if (!row.name) return violation("a thing has a name");
                               const int64_t id = row.id.value_or(100);
                               rows[id] = row;
                               rows[id].id = id;
                               return id;
                             },
                             .update = [this](int64_t id, const Row& row) -> Result<void> {
                               if (rows.erase(id) == 0) return Error{"no such thing"};
                               rows[*row.id] = row;
                               return {};
                             },
                             .remove = {},
                         });
};

using Cells = Response::value_type;

TEST_F(WritesTest, RoundTrip) {
  EXPECT_EQ(write(table, {{"action", "insert"}, {"auto_rowid", "false"}, {"json_value_array", R"(["a",7])"}}),
            (Cells{{"status", "success"}, {"id", "100"}}));
  EXPECT_EQ(write(table, {{"action", "insert"}, {"auto_rowid", "true"}, {"id", "5"}, {"json_value_array", R"(["b",null])"}}),
            (Cells{{"status", "success"}, {"id", "5"}}));
  EXPECT_EQ(ask(table, {{"action", "generate"}}).response,
            (Response{{{"name", "b"}, {"rowid", "5"}}, {{"name", "a"}, {"size", "7"}, {"rowid", "100"}}}));
  EXPECT_EQ(write(table, {{"action", "update"}, {"id", "5"}, {"json_value_array", R"(["c",1])"}}), (Cells{{"status", "success"}}));
  EXPECT_EQ(*rows[5].name, "c");
  EXPECT_EQ(write(table, {{"action", "update"}, {"id", "5"}, {"new_id", "6"}, {"json_value_array", R"(["d",1])"}}), (Cells{{"status", "success"}}));
  EXPECT_EQ(*rows.at(6).name, "d");
  EXPECT_FALSE(rows.contains(5));
}

TEST_F(WritesTest, Refusals) {
  EXPECT_EQ(write(table, {{"action", "insert"}, {"json_value_array", "[null,7]"}}),
            (Cells{{"status", "constraint"}, {"message", "a thing has a name"}}));
  EXPECT_EQ(write(table, {{"action", "delete"}, {"id", "1"}}),
            (Cells{{"status", "readonly"}, {"message", "rows of table 'things' cannot be deleted"}}));
  EXPECT_EQ(write(table, {{"action", "update"}, {"id", "1"}, {"json_value_array", R"(["a",7])"}}),
            (Cells{{"status", "failure"}, {"message", "no such thing"}}));
  EXPECT_EQ(write(table, {{"action", "insert"}, {"json_value_array", R"(["a","x"])"}}),
            (Cells{{"status", "failure"}, {"message", "column 'size': takes a whole number, not a string"}}));
  EXPECT_EQ(write(table, {{"action", "insert"}, {"json_value_array", "[1]"}})["message"], "the table has 2 columns, the new row has 1");
  EXPECT_EQ(write(table, {{"action", "insert"}})["message"], "the request has no 'json_value_array'");
  EXPECT_EQ(write(table, {{"action", "update"}, {"id", "x"}})["message"], "'id' is no number: 'x'");
  EXPECT_EQ(write(table, {{"action", "delete"}})["message"], "the request has no 'id'");
  EXPECT_TRUE(rows.empty());

  auto readonly = sdk::table<Row>("things", {column("name", &Row::name, "Its name")}, two);
  EXPECT_EQ(write(readonly, {{"action", "insert"}, {"json_value_array", R"(["a"])"}}),
            (Cells{{"status", "readonly"}, {"message", "table 'things' takes no new rows"}}));
}

// The core's own tables stand for what specs describe.
TEST_F(TableTest, SpecTables) {
  const auto all = sql::all_tables();
  const auto find = [&](std::string_view name) {
    return **std::find_if(all.begin(), all.end(), [&](const sql::Table* t) { return t->info.name == name; });
  };
  const sql::Table hash = find("hash"), time = find("time");

  SpecTable table(hash);
  const auto refused = generate(table, "{}");
  EXPECT_EQ(refused.status.code, 1);
  EXPECT_TRUE(refused.status.message.starts_with("Table hash was queried without a required column in the WHERE clause: ")) << refused.status.message;

  SpecTable now(time);
  const auto answer = generate(now, R"({"colsUsed":["unix_time"]})");
  EXPECT_EQ(answer.status.message, "");
  ASSERT_EQ(answer.response.size(), 1u);
  EXPECT_EQ(answer.response[0].size(), 1u);
  EXPECT_GT(std::stoll(answer.response[0].at("unix_time")), 1'600'000'000);
}

}  // namespace
}  // namespace vigil::sdk
