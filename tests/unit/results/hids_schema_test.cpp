// SPDX-License-Identifier: Apache-2.0
// Lines of the envelope hids are what docs/schemas/hids.schema.json says.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "osqueryd/results/format.h"

namespace vigil::results {
namespace {

// The build stands somewhere within the source tree.
std::string schema_text() {
  for (auto top = std::filesystem::read_symlink("/proc/self/exe"); top.has_relative_path(); top = top.parent_path()) {
    std::ifstream file(top / "docs/schemas/hids.schema.json");
    if (file) return {std::istreambuf_iterator<char>(file), {}};
  }
  return {};
}

class Schema {
 public:
  Schema() {
    rapidjson::Document text;
    text.Parse(schema_text().c_str());
    EXPECT_FALSE(text.HasParseError()) << "the test needs docs/schemas/hids.schema.json";
    if (!text.HasParseError()) schema_.emplace(text);
  }
  bool accepts(const std::string& line) const {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseValidateEncodingFlag>(line.c_str(), line.size());
    rapidjson::SchemaValidator validator(*schema_);
    return !document.HasParseError() && document.Accept(validator);
  }
  explicit operator bool() const { return schema_.has_value(); }

 private:
  std::optional<rapidjson::SchemaDocument> schema_;
};

std::string random_text(std::minstd_rand& chance) {
  std::string text(chance() % 12, '\0');
  for (char& c : text) c = static_cast<char>(chance());
  return text;
}

RowSet random_rows(std::minstd_rand& chance) {
  const std::vector<std::string> columns = {"uid", random_text(chance), random_text(chance)};
  RowSet rows(columns);
  for (size_t i = chance() % 4; i-- > 0;) {
    const std::string first = random_text(chance), second = random_text(chance);
    const std::vector<sql::Value> values = {{sql::Value::Kind::integer, static_cast<int64_t>(chance()), 0, {}},
                                            {chance() % 2 ? sql::Value::Kind::text : sql::Value::Kind::blob, 0, 0, first},
                                            chance() % 2 ? sql::Value{sql::Value::Kind::real, 0, 1e300 * chance(), {}} : sql::Value{}};
    rows.add(values);
  }
  return rows;
}

TEST(HidsSchema, AcceptsEveryLineThatIsWritten) {
  const Schema schema;
  ASSERT_TRUE(schema);
  std::minstd_rand chance(1);
  size_t count = 0;
  const Sink check = [&](const std::string& line) {
    ASSERT_TRUE(schema.accepts(line)) << line;
    ++count;
  };
  for (int i = 0; i < 3000; ++i) {
    Format format;
    format.envelope = Envelope::hids;
    format.events = chance() % 2;
    format.snapshot_events = chance() % 2;
    format.numerics = chance() % 2;
    const Speaker speaker = {random_text(chance), random_text(chance), random_text(chance), random_text(chance), random_text(chance), "5", "root"};
    Meta meta;
    meta.name = random_text(chance);
    meta.time = static_cast<int64_t>(chance());
    meta.malicious = chance() % 2;
    if (chance() % 2) meta.decorations[random_text(chance)] = random_text(chance);
    if (chance() % 2) meta.incomplete = random_text(chance);
    const RowSet rows = random_rows(chance), removed = random_rows(chance);
    std::vector<uint32_t> added;
    for (uint32_t row = 0; row < rows.size(); ++row) added.push_back(row);
    write_difference(format, speaker, meta, rows, added, removed, check);
    write_snapshot(format, speaker, meta, rows, check);
    const LogLine line{static_cast<Severity>(chance() % 4), random_text(chance), static_cast<uint32_t>(chance()), random_text(chance)};
    check(status_json(format, speaker, meta.decorations, line, meta.time, "5.23.1"));
  }
  EXPECT_GT(count, 9000u);
}

TEST(HidsSchema, RefusesOtherLines) {
  const Schema schema;
  ASSERT_TRUE(schema);
  EXPECT_FALSE(schema.accepts("{}"));
  EXPECT_FALSE(schema.accepts(R"({"type":"other","data":{}})"));
  Format format;
  format.envelope = Envelope::hids;
  std::string line = status_json(format, {}, {}, {}, 0, "");
  ASSERT_TRUE(schema.accepts(line));
  line.replace(line.find("\"malicious_tag\":false"), 21, "\"malicious_tag\":0");
  EXPECT_FALSE(schema.accepts(line));
}

}  // namespace
}  // namespace vigil::results
