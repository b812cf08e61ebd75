// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/results/format.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <cmath>
#include <limits>

#include "osqueryd/results/json.h"

namespace vigil::results {
namespace {

using sql::Value;

Value integer(int64_t value) { return {Value::Kind::integer, value, 0, {}}; }
Value real(double value) { return {Value::Kind::real, 0, value, {}}; }
Value text(std::string_view value) { return {Value::Kind::text, 0, 0, value}; }
Value blob(std::string_view value) { return {Value::Kind::blob, 0, 0, value}; }

RowSet row_set(const std::vector<std::string>& columns, const std::vector<std::vector<Value>>& rows) {
  RowSet set(columns);
  for (const auto& row : rows) set.add(row);
  return set;
}

const Speaker speaker = {"web-7", "agent-1", "10.0.0.7", "52:54:00:ab:cd:ef", "blue", "5.23.1", "root"};
const Meta meta = {"pack_net_listeners", 1756803907, 0, 12, {{"site", "lab"}}, "", false};
const RowSet listeners = row_set({"port", "pid"}, {{integer(22), integer(411)}});

std::vector<std::string> difference(const Format& format, const Meta& about, const RowSet& rows, const RowSet& removed = {}) {
  std::vector<std::string> lines;
  std::vector<uint32_t> added(rows.size());
  for (uint32_t i = 0; i < added.size(); ++i) added[i] = i;
  write_difference(format, speaker, about, rows, added, removed, [&](std::string line) { lines.push_back(std::move(line)); });
  return lines;
}

std::vector<std::string> snapshot(const Format& format, const Meta& about, const RowSet& rows) {
  std::vector<std::string> lines;
  write_snapshot(format, speaker, about, rows, [&](std::string line) { lines.push_back(std::move(line)); });
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Format, EventIsByteExact) {
  EXPECT_EQ(difference({}, meta, listeners),
            Lines{R"({"name":"pack_net_listeners","hostIdentifier":"web-7","calendarTime":"Tue Sep  2 09:05:07 2025 UTC",)"
                  R"("unixTime":1756803907,"epoch":0,"counter":12,"numerics":false,"decorations":{"site":"lab"},)"
                  R"("columns":{"pid":"411","port":"22"},"action":"added"})"});
}

TEST(Format, BatchIsByteExact) {
  Format format;
  format.events = false;
  Meta plain = meta;
  plain.decorations.clear();
  const std::string rest = R"("name":"pack_net_listeners","hostIdentifier":"web-7","calendarTime":"Tue Sep  2 09:05:07 2025 UTC",)"
                           R"("unixTime":1756803907,"epoch":0,"counter":12,"numerics":false})";
  EXPECT_EQ(difference(format, plain, listeners), Lines{R"({"diffResults":{"removed":[],"added":[{"pid":"411","port":"22"}]},)" + rest});
  EXPECT_EQ(difference(format, plain, {}), Lines{R"({"diffResults":{"removed":[],"added":[]},)" + rest});
}

TEST(Format, SnapshotIsByteExact) {
  Meta about = {"ports", 1756803907, 0, 0, {}, "", false};
  const std::string rest = R"("action":"snapshot","name":"ports","hostIdentifier":"web-7","calendarTime":"Tue Sep  2 09:05:07 2025 UTC",)"
                           R"("unixTime":1756803907,"epoch":0,"counter":0,"numerics":false})";
  EXPECT_EQ(snapshot({}, about, listeners), Lines{R"({"snapshot":[{"pid":"411","port":"22"}],)" + rest});
  EXPECT_EQ(snapshot({}, about, {}), Lines{R"({"snapshot":[],)" + rest});
}

TEST(Format, SnapshotAsEvents) {
  Format format;
  format.snapshot_events = true;
  Meta about = {"ports", 1756803907, 3, 0, {}, "", false};
  const RowSet rows = row_set({"a"}, {{text("1")}, {text("2")}});
  const std::string head = R"({"name":"ports","hostIdentifier":"web-7","calendarTime":"Tue Sep  2 09:05:07 2025 UTC",)"
                           R"("unixTime":1756803907,"epoch":3,"counter":0,"numerics":false,"columns":{"a":")";
  EXPECT_EQ(snapshot(format, about, rows), (Lines{head + R"(1"},"action":"snapshot"})", head + R"(2"},"action":"snapshot"})"}));
  EXPECT_TRUE(snapshot(format, about, {}).empty());
}

TEST(Format, RemovedRowsComeFirstAndMayHaveOtherColumns) {
  const RowSet removed = row_set({"old"}, {{text("x")}, {text("y")}});
  const Lines lines = difference({}, meta, listeners, removed);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[0].ends_with(R"("columns":{"old":"x"},"action":"removed"})"));
  EXPECT_TRUE(lines[1].ends_with(R"("columns":{"old":"y"},"action":"removed"})"));
  EXPECT_TRUE(lines[2].ends_with(R"("action":"added"})"));
  Format batch;
  batch.events = false;
  EXPECT_TRUE(difference(batch, meta, listeners, removed)[0].starts_with(
      R"({"diffResults":{"removed":[{"old":"x"},{"old":"y"}],"added":[{"pid":"411","port":"22"}]},"name")"));
}

TEST(Format, OnlyRowsThatAreNamedAreAdded) {
  const RowSet rows = row_set({"a"}, {{text("1")}, {text("2")}, {text("3")}});
  const std::vector<uint32_t> added = {0, 2};
  Lines lines;
  write_difference({}, speaker, meta, rows, added, {}, [&](std::string line) { lines.push_back(std::move(line)); });
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[1].find(R"({"a":"3"})"), std::string::npos);
}

TEST(Format, TopLevelDecorationsReplaceAndMoveToTheEnd) {
  Format format;
  format.top_level = true;
  Meta about = meta;
  about.decorations = {{"counter", "mine"}, {"site", "lab"}};
  EXPECT_EQ(difference(format, about, listeners),
            Lines{R"({"name":"pack_net_listeners","hostIdentifier":"web-7","calendarTime":"Tue Sep  2 09:05:07 2025 UTC","unixTime":1756803907,)"
                  R"("epoch":0,"numerics":false,"counter":"mine","site":"lab","columns":{"pid":"411","port":"22"},"action":"added"})"});
  // Rows cannot be hidden by a decoration of an event.
  about.decorations = {{"columns", "mine"}};
  EXPECT_TRUE(difference(format, about, listeners)[0].ends_with(R"("numerics":false,"columns":{"pid":"411","port":"22"},"action":"added"})"));
  format.events = false;
  about.decorations = {{"diffResults", "mine"}};
  EXPECT_TRUE(difference(format, about, listeners)[0].ends_with(R"("numerics":false,"diffResults":"mine"})"));
}

TEST(Format, IncompleteComesAfterNumerics) {
  Meta about = meta;
  about.incomplete = "took longer than 60 s";
  EXPECT_NE(difference({}, about, listeners)[0].find(R"("numerics":false,"incomplete":"took longer than 60 s","decorations")"), std::string::npos);
  EXPECT_NE(snapshot({}, about, listeners)[0].find(R"("numerics":false,"incomplete":"took longer than 60 s","decorations")"), std::string::npos);
}

std::string columns(const Format& format, const Value& value, bool differential = true) {
  const RowSet rows = row_set({"v"}, {{value}});
  Format one = format;
  one.snapshot_events = true;
  const std::string line = differential ? difference(one, meta, rows)[0] : snapshot(one, meta, rows)[0];
  const size_t from = line.find(R"("columns":{"v":)") + 15;
  return line.substr(from, line.rfind(R"(},"action")") - from);
}

TEST(Format, ValuesAsText) {
  EXPECT_EQ(columns({}, integer(-5)), R"("-5")");
  EXPECT_EQ(columns({}, integer(INT64_MIN)), R"("-9223372036854775808")");
  EXPECT_EQ(columns({}, real(1.0)), R"("1.0")");
  EXPECT_EQ(columns({}, real(0.1)), R"("0.1")");
  EXPECT_EQ(columns({}, real(1e20)), R"("1e+20.0")");
  EXPECT_EQ(columns({}, real(1.5e300)), R"("1.5e+300")");
  EXPECT_EQ(columns({}, real(1.0 / 3)), R"("0.333333333333333")");
  EXPECT_EQ(columns({}, real(-0.0)), R"("-0.0")");
  EXPECT_EQ(columns({}, Value{}), R"("")");
  EXPECT_EQ(columns({}, text("/usr/bin \"x\"\\")), R"("/usr/bin \"x\"\\")");
  EXPECT_EQ(columns({}, text("zoë \U0001F600")), "\"zoë \U0001F600\"");
  EXPECT_EQ(columns({}, blob(std::string_view("ab\0cd", 5))), R"("ab")");
  Format with_null;
  with_null.null_value = "NULL";
  EXPECT_EQ(columns(with_null, Value{}), R"("NULL")");
}

TEST(Format, ValuesAsNumbers) {
  Format format;
  format.numerics = true;
  EXPECT_EQ(columns(format, integer(INT64_MAX)), "9223372036854775807");
  EXPECT_EQ(columns(format, real(1.0)), "1.0");
  EXPECT_EQ(columns(format, real(0.1)), "0.1");
  EXPECT_EQ(columns(format, real(1.0 / 3)), "0.3333333333333333");
  EXPECT_EQ(columns(format, real(std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(columns(format, Value{}), R"("")");
  EXPECT_EQ(columns(format, text("5")), R"("5")");
  EXPECT_NE(difference(format, meta, listeners)[0].find(R"("numerics":true)"), std::string::npos);
}

TEST(Format, OnlyDifferentialResultsEscapeBytes) {
  EXPECT_EQ(columns({}, text("a\nb\x1f")), R"("a\\x0Ab\\x1F")");
  EXPECT_EQ(columns({}, text("a\xff\xc3(\xe2\x82z")), R"("a\\xFF\\xC3(\\xE2\\x82z")");
  EXPECT_EQ(columns({}, text("\\x0A\x7f")), "\"\\\\x0A\x7f\"");
  EXPECT_EQ(columns({}, blob("\x01")), R"("\\x01")");
  EXPECT_EQ(columns({}, text("a\nb\x1f"), false), R"("a\nb\u001F")");
  EXPECT_EQ(columns({}, text("a\xff"), false), "\"a\uFFFD\"");
}

TEST(Format, CalendarTime) {
  EXPECT_EQ(calendar_time(0), "Thu Jan  1 00:00:00 1970 UTC");
  EXPECT_EQ(calendar_time(1757063107), "Fri Sep  5 09:05:07 2025 UTC");
  EXPECT_EQ(calendar_time(INT64_MAX), " UTC");
}

const LogLine line = {Severity::warning, "scheduler.cpp", 105, "text \"x\"\n"};

TEST(Format, StatusIsByteExact) {
  EXPECT_EQ(
      status_json({}, speaker, {{"site", "lab"}}, line, 1756803907, "5.23.0"),
      R"({"hostIdentifier":"web-7","calendarTime":"Tue Sep  2 09:05:07 2025 UTC","unixTime":1756803907,"severity":1,"filename":"scheduler.cpp",)"
      R"("line":105,"message":"text \"x\"\n","version":"5.23.0","decorations":{"site":"lab"}})");
}

TEST(Format, HidsIsByteExact) {
  Format format;
  format.envelope = Envelope::hids;
  Meta plain = meta;
  plain.decorations.clear();
  const RowSet rows = row_set({"uid", "username"}, {{integer(0), text("alice")}});
  EXPECT_EQ(difference(format, plain, rows)[0],
            R"({"type":"osquery_result","data":{"agent_id":"agent-1","server_ip":"10.0.0.7","server_mac":"52:54:00:ab:cd:ef","server_tag":"blue",)"
            R"("server_log":{"log_type":"result","log_path":"pack_net_listeners","log_time":"2025-09-02T09:05:07Z","log_user":"alice",)"
            R"("log_data":{"name":"pack_net_listeners","hostIdentifier":"web-7","calendarTime":"Tue Sep  2 09:05:07 2025 UTC","unixTime":1756803907,)"
            R"("epoch":0,"counter":12,"numerics":false,"columns":{"uid":"0","username":"alice"},"action":"added"},"malicious_tag":false}}})");
  EXPECT_EQ(status_json(format, speaker, {}, line, 1756803907, "5.23.0"),
            R"({"type":"osquery_status","data":{"agent_id":"agent-1","server_ip":"10.0.0.7","server_mac":"52:54:00:ab:cd:ef","server_tag":"blue",)"
            R"("server_log":{"log_type":"status","log_path":"scheduler.cpp","log_time":"2025-09-02T09:05:07Z","log_user":"root",)"
            R"("log_data":{"hostIdentifier":"web-7","calendarTime":"Tue Sep  2 09:05:07 2025 UTC","unixTime":1756803907,"severity":1,)"
            R"("filename":"scheduler.cpp","line":105,"message":"text \"x\"\n","version":"5.23.0"},"malicious_tag":false}}})");
}

TEST(Format, HidsFallsBack) {
  Format format;
  format.envelope = Envelope::hids;
  Speaker bare;
  bare.identifier = "web-7";
  bare.user = "root";
  Meta attack = meta;
  attack.malicious = true;
  Lines lines;
  write_snapshot(format, bare, attack, listeners, [&](std::string each) { lines.push_back(std::move(each)); });
  EXPECT_TRUE(lines[0].starts_with(R"({"type":"osquery_result","data":{"agent_id":"web-7","server_ip":"","server_mac":"","server_tag":"",)"));
  EXPECT_NE(lines[0].find(R"("log_type":"snapshot","log_path":"pack_net_listeners")"), std::string::npos);
  EXPECT_NE(lines[0].find(R"("log_user":"root")"), std::string::npos);
  EXPECT_TRUE(lines[0].ends_with(R"(,"malicious_tag":true}}})"));
}

TEST(Format, EcsIsByteExact) {
  Format format;
  format.envelope = Envelope::ecs;
  Meta about = meta;
  about.decorations = {{"site.name", "lab"}};
  const std::string host = R"("host":{"name":"web-7","ip":["10.0.0.7"],"mac":["52-54-00-AB-CD-EF"]},)"
                           R"("agent":{"type":"osquery","id":"agent-1","version":"5.23.1"},)";
  EXPECT_EQ(difference(format, about, listeners)[0],
            R"({"@timestamp":"2025-09-02T09:05:07Z","ecs":{"version":"8.11.0"},)"
            R"("event":{"kind":"event","module":"osquery","dataset":"osquery.result","action":"added"},)" +
                host +
                R"("rule":{"name":"pack_net_listeners"},"labels":{"site_name":"lab"},"tags":["blue"],)"
                R"("osquery":{"name":"pack_net_listeners","hostIdentifier":"web-7","calendarTime":"Tue Sep  2 09:05:07 2025 UTC",)"
                R"("unixTime":1756803907,"epoch":0,"counter":12,"numerics":false,"columns":{"pid":"411","port":"22"},"action":"added"}})");
  EXPECT_EQ(
      status_json(format, speaker, {}, line, 1756803907, "5.23.1"),
      R"({"@timestamp":"2025-09-02T09:05:07Z","ecs":{"version":"8.11.0"},"event":{"kind":"event","module":"osquery","dataset":"osquery.status"},)" +
          host +
          R"("message":"text \"x\"\n","log":{"level":"warning","origin":{"file":{"name":"scheduler.cpp","line":105}}},"tags":["blue"],)"
          R"("osquery":{"hostIdentifier":"web-7","calendarTime":"Tue Sep  2 09:05:07 2025 UTC","unixTime":1756803907,"severity":1,)"
          R"("filename":"scheduler.cpp","line":105,"message":"text \"x\"\n","version":"5.23.1"}})");
}

TEST(Format, EveryLineIsJsonWhateverTheBytes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  Meta about = meta;
  about.name = bytes;
  about.decorations = {{bytes, bytes}};
  const RowSet rows = row_set({bytes, "b"}, {{text(bytes), blob(bytes)}});
  for (const Envelope envelope : {Envelope::osquery, Envelope::hids, Envelope::ecs})
    for (const bool events : {false, true}) {
      Format format;
      format.envelope = envelope;
      format.events = format.snapshot_events = events;
      for (const std::string& each : {difference(format, about, rows, rows)[0], snapshot(format, about, rows)[0]}) {
        rapidjson::Document document;
        document.Parse<rapidjson::kParseValidateEncodingFlag>(each.c_str(), each.size());
        EXPECT_FALSE(document.HasParseError()) << each;
        EXPECT_EQ(each.find('\n'), each.npos);
      }
    }
}

}  // namespace
}  // namespace vigil::results
