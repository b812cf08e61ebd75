// SPDX-License-Identifier: Apache-2.0
#include "extensions/remote_change.h"

#include <gtest/gtest.h>

#include "tests/unit/extensions/remote_fixture.h"

namespace vigil::extensions {
namespace {

using test::column;
using test::rows;
using Texts = std::vector<std::string>;

constexpr int index_bit = 1, required_bit = 2, hidden_bit = 16;

// A table that the test keeps: its rows by number.
class RemoteChangeTest : public test::Remote {
 protected:
  RemoteChangeTest() {
    EXPECT_EQ(add("t", {column("name", "TEXT"),
                        column("n", "INTEGER"),
                        column("secret", "TEXT", hidden_bit),
                        {{"id", "alias"}, {"alias", "former"}},
                        {{"id", "columnAlias"}, {"name", "old"}, {"target", "name"}}}),
              "");
    for (const char* name : {"a", "b", "c", "d", "e"})
      kept_[static_cast<int64_t>(kept_.size()) * 10] = {{"name", name}, {"n", std::to_string(kept_.size())}};
    link_->answer = [this](const Request& request) { return serve(request); };
  }

  Result<Answer> serve(const Request& request) {
    const std::string& action = request.at("action");
    if (action == "generate") {
      Response out;
      places_.clear();
      for (const auto& [id, row] : kept_) {
        places_.push_back(id);
        out.push_back(row);
        if (numbered_) out.back()["rowid"] = std::to_string(id);
      }
      return rows(std::move(out));
    }
    if (!status_.empty()) return rows({status_});
    int64_t id = request.contains("id") ? std::stoll(request.at("id")) : 1000 + static_cast<int64_t>(kept_.size());
    if (!numbered_ && action != "insert") id = places_.at(static_cast<size_t>(id));
    if (action == "delete" || request.contains("new_id")) {
      if (kept_.erase(id) != 1) return rows({{{"status", "failure"}, {"message", "no such row"}}});
    }
    if (action == "delete") return rows({{{"status", "success"}}});
    if (request.contains("new_id")) id = std::stoll(request.at("new_id"));
    const parse::JsonTree values = parse::json_tree(request.at("json_value_array"));
    EXPECT_EQ(values.root.items.size(), 3u);
    auto& row = kept_[id];
    row.clear();
    const char* names[] = {"name", "n", "secret"};
    for (size_t i = 0; i < 3; ++i)
      if (values.root.items[i].kind != parse::JsonNode::Kind::null) row[names[i]] = values.root.items[i].text;
    return rows({{{"status", "success"}, {"id", std::to_string(id)}}});
  }

  std::string all() { return run("SELECT name, n, secret FROM t ORDER BY name"); }

  std::map<int64_t, std::map<std::string, std::string>> kept_;
  std::vector<int64_t> places_;  // of the last scan
  bool numbered_ = true;
  std::map<std::string, std::string> status_;  // answered to every change, when there is one
};

TEST_F(RemoteChangeTest, InsertsRows) {
  EXPECT_EQ(run("INSERT INTO t (n, name, secret) VALUES (7, 'x', 's'), (8, 'y', NULL)"), "");
  EXPECT_EQ(changes(),
            (Texts{R"(insert auto_rowid=false json_value_array=["x",7,"s"])", R"(insert auto_rowid=false json_value_array=["y",8,null])"}));
  EXPECT_EQ(all(), "a | 0 | NULL; b | 1 | NULL; c | 2 | NULL; d | 3 | NULL; e | 4 | NULL; x | 7 | s; y | 8 | NULL");
  // The positions of a list without names are those that SELECT * shows.
  run("INSERT INTO t VALUES ('z', 9)");
  EXPECT_EQ(changes(), Texts{R"(insert auto_rowid=false json_value_array=["z",9,null])"});
  run("INSERT INTO t (rowid, name) VALUES (-5, 'with \"quotes\"')");
  EXPECT_EQ(changes(), Texts{R"(insert auto_rowid=true id=-5 json_value_array=["with \"quotes\"",null,null])"});
  run("INSERT INTO former (old, n) SELECT name || '2', n FROM t WHERE n = 1");
  EXPECT_EQ(changes(), Texts{R"(insert auto_rowid=false json_value_array=["b2",1,null])"});
  EXPECT_EQ(run("SELECT last_insert_rowid()"), std::to_string(kept_.rbegin()->first));
}

TEST_F(RemoteChangeTest, ContextOfAChangeNamesTheColumns) {
  run("INSERT INTO t (name) VALUES ('x')");
  EXPECT_EQ(link_->requests.at(0).at("context"),
            R"({"constraints":[{"name":"name","list":[],"affinity":"TEXT"},{"name":"n","list":[],"affinity":"INTEGER"},)"
            R"({"name":"secret","list":[],"affinity":"TEXT"}]})");
}

TEST_F(RemoteChangeTest, DeletesTheRowsThatMatch) {
  EXPECT_EQ(run("DELETE FROM t WHERE n IN (1, 3) AND name != 'x'"), "");
  EXPECT_EQ(changes(), (Texts{"delete id=10", "delete id=30"}));
  EXPECT_EQ(all(), "a | 0 | NULL; c | 2 | NULL; e | 4 | NULL");
  EXPECT_EQ(run("DELETE FROM t WHERE name = 'a' OR n = 4"), "");
  EXPECT_EQ(changes(), (Texts{"delete id=0", "delete id=40"}));
  EXPECT_EQ(run("DELETE FROM t WHERE n = 77"), "");
  EXPECT_TRUE(changes().empty());
  EXPECT_EQ(run("DELETE FROM former"), "");
  EXPECT_EQ(all(), "");
}

TEST_F(RemoteChangeTest, RowsWithoutNumbersAreNamedByTheirPlace) {
  numbered_ = false;
  EXPECT_EQ(run("DELETE FROM t WHERE n >= 1 AND n <= 3"), "");
  EXPECT_EQ(changes().size(), 3u);
  EXPECT_EQ(all(), "a | 0 | NULL; e | 4 | NULL");
  EXPECT_EQ(run("UPDATE t SET n = n + 10"), "");
  EXPECT_EQ(all(), "a | 10 | NULL; e | 14 | NULL");
  // Equal rows are two rows.
  kept_[100] = kept_[101] = kept_[102] = {{"name", "same"}};
  EXPECT_EQ(run("DELETE FROM t WHERE name = 'same'"), "");
  EXPECT_EQ(all(), "a | 10 | NULL; e | 14 | NULL");
}

TEST_F(RemoteChangeTest, PlacesHoldForOneScanOnly) {
  numbered_ = false;
  const std::string before = all();
  EXPECT_EQ(
      run("DELETE FROM t WHERE name = 'a' OR n = 4"),
      "error: table t gives its rows no rowid, so that a change can name only rows of one scan, and this one needs several, as OR and joins do");
  EXPECT_EQ(all(), before);
  // A scan that comes in between, here of the same statement, makes them worthless.
  EXPECT_EQ(
      run("DELETE FROM t WHERE n < 2 AND +name IN (SELECT lower(name) FROM former)"),
      "error: extension 'played': table 't': its rows have no rowid, and another query has read them meanwhile, so that their places have changed");
  EXPECT_EQ(all(), before);
}

TEST_F(RemoteChangeTest, UpdatesRows) {
  EXPECT_EQ(run("UPDATE t SET secret = 's' || n WHERE n > 2"), "");
  EXPECT_EQ(changes(), (Texts{R"(update id=30 json_value_array=["d",3,"s3"])", R"(update id=40 json_value_array=["e",4,"s4"])"}));
  EXPECT_EQ(all(), "a | 0 | NULL; b | 1 | NULL; c | 2 | NULL; d | 3 | s3; e | 4 | s4");
  run("UPDATE t SET old = 'new', n = NULL WHERE name = 'a'");
  EXPECT_EQ(changes(), Texts{R"(update id=0 json_value_array=["new",null,null])"});
  run("UPDATE t SET old = NULL WHERE name = 'new'");
  EXPECT_EQ(changes(), Texts{R"(update id=0 json_value_array=[null,null,null])"});
  run("UPDATE t SET rowid = 11 WHERE n = 1");
  EXPECT_EQ(changes(), Texts{R"(update id=10 json_value_array=["b",1,null] new_id=11)"});
  run("UPDATE t SET n = n * 2 FROM (SELECT 'c' AS k UNION ALL SELECT 'd') WHERE name = k");
  EXPECT_EQ(changes(), (Texts{R"(update id=20 json_value_array=["c",4,null])", R"(update id=30 json_value_array=["d",6,"s3"])"}));
  EXPECT_EQ(run("UPDATE t SET rowid = 'word' WHERE name = 'c'"), "error: a rowid is an integer");
}

TEST_F(RemoteChangeTest, AllColumnsAreReadToKeepThem) {
  run("UPDATE t SET n = 1 WHERE name = 'a'");
  EXPECT_TRUE(link_->requests.at(0).at("context").find(R"("colsUsed":["name","n","secret"])") != std::string::npos);
  Response routes;
  std::map<std::string, std::string> wide = {{"rowid", "1"}};
  for (int i = 0; i < 70; ++i) {
    routes.push_back(column("c" + std::to_string(i), "TEXT"));
    wide["c" + std::to_string(i)] = "v";
  }
  ASSERT_EQ(add("wide", routes), "");
  link_->answer = [&](const Request& request) { return request.at("action") == "generate" ? rows({wide}) : rows({{{"status", "success"}}}); };
  EXPECT_EQ(run("UPDATE wide SET c1 = 'w'"), "");
  EXPECT_NE(link_->requests.at(0).at("context").find("\"c69\"],\"colsUsedBitset\":18446744073709551615"), std::string::npos);
  EXPECT_EQ(changes().at(0).find("null"), std::string::npos);
}

TEST_F(RemoteChangeTest, ValuesHaveToBeOfTheColumnsType) {
  ASSERT_EQ(add("v", {column("s", "TEXT"), column("n", "BIGINT"), column("u", "UNSIGNED_BIGINT"), column("d", "DOUBLE"), column("b", "BLOB")}), "");
  status_ = {{"status", "success"}, {"id", "1"}};
  const std::pair<const char*, const char*> sent[] = {
      {"('x', -5, 5, 1.5, 'b')", R"(["x",-5,5,1.5,"b"])"},
      {"('', 9223372036854775807, '18446744073709551615', 2, x'6162')", R"(["",9223372036854775807,18446744073709551615,2.0,"ab"])"},
      {"(NULL, NULL, NULL, NULL, NULL)", "[null,null,null,null,null]"},
  };
  for (const auto& [values, json] : sent) {
    EXPECT_EQ(run(std::string("INSERT INTO v VALUES ") + values), "");
    EXPECT_EQ(changes(), Texts{std::string("insert auto_rowid=false json_value_array=") + json});
  }
  const std::pair<const char*, const char*> refused[] = {
      {"s", "5"},   {"s", "x'61'"}, {"s", "1.5"}, {"n", "'5'"},   {"n", "5.0"},   {"n", "9223372036854775808"}, {"u", "-1"}, {"u", "'x'"},
      {"u", "1.5"}, {"d", "'1.5'"}, {"b", "5"},   {"b", "x'ff'"}, {"d", "9e999"}, {"s", "CAST(x'ff' AS TEXT)"}};
  for (const auto& [name, value] : refused) {
    const std::string error = run(std::string("INSERT INTO v (") + name + ") VALUES (" + value + ")");
    EXPECT_TRUE(error.starts_with(std::string("error: extension 'played': table 'v': column '") + name + "': the value is no "))
        << name << value << error;
    EXPECT_EQ(code_, 20) << value;
    EXPECT_TRUE(changes().empty());
  }
  EXPECT_EQ(run("INSERT INTO v VALUES (1, 2)"), "error: table v has 5 columns but 2 values were supplied");
}

TEST_F(RemoteChangeTest, NullIsRefusedWhereAValueIsAsked) {
  ASSERT_EQ(
      add("v", {column("i", "TEXT", index_bit), column("r", "TEXT", required_bit), column("h", "TEXT", index_bit | hidden_bit), column("o", "TEXT")}),
      "");
  status_ = {{"status", "success"}, {"id", "1"}};
  EXPECT_EQ(run("INSERT INTO v (i, r) VALUES ('', '')"), "");
  EXPECT_EQ(run("INSERT INTO v (r, h, o) VALUES ('', '', '')"), "error: extension 'played': table 'v': column 'i' has to have a value");
  EXPECT_EQ(code_, 19);
  EXPECT_EQ(run("INSERT INTO v (i) VALUES ('')"), "error: extension 'played': table 'v': column 'r' has to have a value");
}

TEST_F(RemoteChangeTest, AnswersBecomeResultsOfSql) {
  struct {
    std::map<std::string, std::string> answer;
    int code;
    const char* text;
  } const cases[] = {
      {{{"status", "readonly"}}, 8, "its rows cannot be changed"},
      {{{"status", "readonly"}, {"message", "look, do not touch"}}, 8, "look, do not touch"},
      {{{"status", "constraint"}}, 19, "the row breaks a constraint"},
      {{{"status", "constraint"}, {"message", "n is unique"}}, 19, "n is unique"},
      {{{"status", "failure"}}, 1, "the insert failed"},
      {{{"status", "failure"}, {"message", "disk full"}}, 1, "disk full"},
      {{{"status", "perhaps"}}, 1, "it answered the insert with the unknown status 'perhaps'"},
      {{{"id", "1"}}, 1, "it answered the insert without a status"},
      {{{"status", "success"}}, 1, "it answered the insert without the id of the row"},
      {{{"status", "success"}, {"id", "one"}}, 1, "the id 'one' of the row is no number"},
  };
  for (const auto& c : cases) {
    status_ = c.answer;
    EXPECT_EQ(run("INSERT INTO t (name) VALUES ('x')"), std::string("error: extension 'played': table 't': ") + c.text);
    EXPECT_EQ(code_, c.code) << c.text;
  }
  status_ = {{"status", "success"}};
  EXPECT_EQ(run("INSERT INTO t (rowid, name) VALUES (3, 'x')"), "");
  EXPECT_EQ(run("DELETE FROM t WHERE n = 1"), "");
  status_ = {{"status", "readonly"}};
  EXPECT_EQ(run("DELETE FROM t WHERE n = 1"), "error: extension 'played': table 't': its rows cannot be changed");
  EXPECT_EQ(run("UPDATE t SET n = 1"), "error: extension 'played': table 't': its rows cannot be changed");

  link_->answer = [](const Request&) { return Answer{{failure, "not writable", 7}, {}}; };
  EXPECT_EQ(run("INSERT INTO t (name) VALUES ('x')"), "error: extension 'played': table 't': not writable");
  link_->answer = [](const Request&) { return rows({}); };
  EXPECT_EQ(run("INSERT INTO t (name) VALUES ('x')"), "error: extension 'played': table 't': it answered the insert without a status");
  link_->answer = [](const Request&) { return Error{"extension 'played': it is gone"}; };
  EXPECT_EQ(run("INSERT INTO t (name) VALUES ('x')"), "error: table 't': extension 'played': it is gone");
}

TEST_F(RemoteChangeTest, ConflictsAreTheExtensionsToFind) {
  status_ = {{"status", "constraint"}, {"message", "taken"}};
  EXPECT_EQ(run("INSERT OR IGNORE INTO t (name) VALUES ('x'), ('y')"), "");
  EXPECT_EQ(changes().size(), 2u);
  EXPECT_EQ(run("INSERT OR FAIL INTO t (name) VALUES ('x'), ('y')"), "error: extension 'played': table 't': taken");
  EXPECT_EQ(changes().size(), 1u);
  EXPECT_EQ(run("REPLACE INTO t (name) VALUES ('x')"), "error: extension 'played': table 't': taken");
  EXPECT_EQ(run("UPDATE OR IGNORE t SET n = 1 WHERE n = 2"), "");
  EXPECT_EQ(run("INSERT INTO t (name) VALUES ('x') ON CONFLICT DO NOTHING"), "error: UPSERT not implemented for virtual table \"t\"");
}

TEST_F(RemoteChangeTest, OtherChangesStayDenied) {
  for (const char* sql : {"BEGIN", "SAVEPOINT x", "CREATE TABLE x (a)", "DROP TABLE t", "ALTER TABLE t RENAME TO x", "CREATE INDEX i ON t (n)",
                          "ATTACH ':memory:' AS x", "CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END"})
    EXPECT_TRUE(run(sql).starts_with("error: ")) << sql;
  EXPECT_TRUE(link_->requests.empty());
}

}  // namespace
}  // namespace vigil::extensions
