// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/distributed/answer.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

namespace vigil::distributed {
namespace {

using Value = sql::Value;

Value text(std::string_view bytes) { return {Value::Kind::text, 0, 0, bytes}; }
Value integer(int64_t value) { return {Value::Kind::integer, value, 0, {}}; }
Value real(double value) { return {Value::Kind::real, 0, value, {}}; }

results::RowSet row_set(const std::vector<std::string>& names, const std::vector<std::vector<Value>>& rows) {
  results::RowSet set(names);
  for (const auto& row : rows) set.add(row);
  return set;
}

schedule::Outcome outcome(results::RowSet rows) {
  schedule::Outcome outcome;
  outcome.rows = std::move(rows);
  outcome.used = {3999, 1500, 999, 4096, 0};
  return outcome;
}

TEST(Answer, ValuesAreStringsInTheOrderOfSelect) {
  const auto rows =
      row_set({"pid", "name", "load", "blob", "absent"}, {{integer(7), text("a\"\\\n\xff"), real(0.5), {Value::Kind::blob, 0, 0, "b"}, Value()},
                                                          {integer(-8), text(""), real(1e20), text("x"), text("y")}});
  EXPECT_EQ(rows_json(rows, 1 << 20).json,
            "[{\"pid\":\"7\",\"name\":\"a\\\"\\\\\\n\uFFFD\",\"load\":\"0.5\",\"blob\":\"b\",\"absent\":\"\"},"
            "{\"pid\":\"-8\",\"name\":\"\",\"load\":\"1e+20.0\",\"blob\":\"x\",\"absent\":\"y\"}]");
  EXPECT_EQ(rows_json({}, 1 << 20).json, "[]");
  // Of equal names the last one counts.
  EXPECT_EQ(rows_json(row_set({"a", "b", "a"}, {{integer(1), integer(2), integer(3)}}), 1 << 20).json, R"([{"b":"2","a":"3"}])");
}

TEST(Answer, IsByteExact) {
  Answer good = answer(outcome(row_set({"pid"}, {{integer(1)}})));
  good.id = "q1";
  schedule::Outcome failed;
  failed.error = Error{"no such table: x"};
  Answer bad = answer(failed);
  bad.id = "q\"2";
  EXPECT_EQ(write_answers({&good, &bad}),
            R"({"queries":{"q1":[{"pid":"1"}],"q\"2":[]},"statuses":{"q1":0,"q\"2":1},"messages":{"q1":"","q\"2":"no such table: x"},)"
            R"("stats":{"q1":{"wall_time_ms":3,"user_time":1,"system_time":0,"memory":4096},"q\"2":{}}})");
}

TEST(Answer, SaysWhyAQueryWasCut) {
  schedule::Outcome cut = outcome(row_set({"a"}, {{integer(1)}}));
  cut.stopped = "it has more than 1 rows";
  const Answer answer_ = answer(cut);
  EXPECT_FALSE(answer_.good);
  EXPECT_EQ(answer_.message, "the query was ended early: it has more than 1 rows");
  EXPECT_EQ(answer_.rows, R"([{"a":"1"}])");
  EXPECT_NE(answer_.stats, "{}");

  schedule::Outcome warned = outcome({});
  warned.warnings = {"one", "two"};
  EXPECT_TRUE(answer(warned).good);
  EXPECT_EQ(answer(warned).message, "one; two");
}

TEST(Answer, LongOnesAreCutBetweenRows) {
  std::vector<std::vector<Value>> values;
  for (int i = 0; i < 1000; ++i) values.push_back({integer(i)});
  const Answer cut = answer(outcome(row_set({"n"}, values)), 200);
  EXPECT_FALSE(cut.good);
  EXPECT_LE(cut.rows.size(), 200U);
  rapidjson::Document rows;
  ASSERT_FALSE(rows.Parse(cut.rows.c_str()).HasParseError());
  EXPECT_GT(rows.Size(), 10U);
  EXPECT_EQ(cut.message, "only " + std::to_string(rows.Size()) + " of 1000 rows are sent, all would be too long");
}

TEST(Answer, SurvivesTheStore) {
  Answer before = answer(outcome(row_set({"a"}, {{text("x\ty\n")}})));
  before.id = "id";
  before.sql = "SELECT 'x'";
  before.time = 1700000000;
  before.message = "m";
  before.good = false;
  const std::string packed = pack(before);
  Answer after;
  after.id = "id";
  ASSERT_TRUE(unpack(packed, after));
  EXPECT_EQ(write_answers({&after}), write_answers({&before}));
  EXPECT_EQ(after.sql, before.sql);
  EXPECT_EQ(after.time, before.time);
  for (size_t size = 0; size < packed.size(); ++size) EXPECT_FALSE(unpack(packed.substr(0, size), after)) << size;
  EXPECT_FALSE(unpack(packed + "x", after));
}

}  // namespace
}  // namespace vigil::distributed
