// SPDX-License-Identifier: Apache-2.0
// What an extension says of a table, and the rows that it gives. Each line of
// the input is a map of "key=value" parts between tabs; an empty line ends the
// description.
#include <cstdint>
#include <cstdlib>

#include "core/parse/text.h"
#include "core/sql/connection.h"
#include "extensions/remote_table.h"
#include "tests/runner/test_engine.h"

namespace {

using namespace vigil;

class Echo final : public extensions::Link {
 public:
  explicit Echo(extensions::Response rows) : rows_(std::move(rows)) {}
  int64_t uuid() const override { return 1; }
  const std::string& name() const override { return name_; }
  Result<extensions::Answer> call(const std::string&, const std::string&, const extensions::Request& request, const std::atomic<bool>*) override {
    if (request.at("action") != "generate") return extensions::Answer{{}, {{{"status", "success"}, {"id", "1"}}}};
    return extensions::Answer{{}, rows_};
  }

 private:
  std::string name_ = "fuzzed";
  extensions::Response rows_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  extensions::Response routes, rows;
  bool described = false;
  while (!text.empty()) {
    std::string_view line = parse::cut(text, '\n');
    if (line.empty()) {
      described = true;
      continue;
    }
    auto& map = (described ? rows : routes).emplace_back();
    while (!line.empty()) {
      std::string_view part = parse::cut(line, '\t');
      const std::string key(parse::cut(part, '='));
      map[key] = std::string(part);
    }
  }

  const size_t given = rows.size();
  const auto table = extensions::RemoteTable::make("t", routes, std::make_shared<Echo>(std::move(rows)), true);
  if (!table) return 0;
  const sql::Table* tables[] = {table->get()};
  const test::TestEngine engine;
  sql::Connection connection(tables, std::move(*Host::directory("/")), engine);
  // A table that was taken can be read, all of it; columns by their names, because they may all be hidden.
  std::string select = "SELECT rowid";
  for (const sql::Column& column : (*table)->info.columns) select += ", \"" + std::string(column.name) + '"';
  size_t seen = 0;
  auto statement = connection.prepare(select + " FROM t");
  if (!statement) std::abort();
  while (true) {
    const auto row = (*statement)->step();
    if (!row) return 0;  // a required column
    if (!*row) break;
    ++seen;
    for (size_t i = 0; i < (*statement)->columns(); ++i) (void)(*statement)->text(i);
  }
  if (seen != given) std::abort();
  for (const char* sql : {"UPDATE t SET rowid = rowid + 1", "DELETE FROM t"}) {
    auto change = connection.prepare(sql);
    if (!change) std::abort();
    while (true) {
      const auto row = (*change)->step();
      if (!row || !*row) break;
    }
  }
  return 0;
}
