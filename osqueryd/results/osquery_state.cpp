// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/results/osquery_state.h"

#include <rapidjson/reader.h>

#include <map>

#include "core/parse/text.h"
#include "osqueryd/results/escape.h"

namespace vigil::results {
namespace {

using Kind = sql::Value::Kind;
using store::Domain;

// Takes exactly [{name: value, ...}, ...]; anything deeper ends the parsing.
class Rows : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Rows> {
 public:
  bool Default() { return false; }
  bool Null() { return set({}); }
  bool Int(int value) { return Int64(value); }
  bool Uint(unsigned value) { return Int64(value); }
  bool Int64(int64_t value) { return set({.kind = Kind::integer, .integer = value}); }
  bool Uint64(uint64_t value) { return Double(static_cast<double>(value)); }
  bool Double(double value) { return set({.kind = Kind::real, .real = value}); }
  bool String(const char* text, rapidjson::SizeType size, bool) { return set({.kind = Kind::text}, std::string(text, size)); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    key_.assign(text, size);
    return depth_ == 2;
  }
  bool StartArray() { return ++depth_ == 1; }
  bool EndArray(rapidjson::SizeType) { return depth_-- == 1; }
  bool StartObject() {
    row_.clear();
    return ++depth_ == 2;
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return finish();
  }

  RowSet take() { return rows_ ? std::move(*rows_) : RowSet(); }

 private:
  struct Cell {
    sql::Value value;
    std::string text;
  };

  bool set(sql::Value value, std::string text = {}) {
    row_[key_] = {value, std::move(text)};
    return depth_ == 2;
  }

  bool finish() {
    std::vector<std::string> names;
    std::vector<sql::Value> values;
    for (const auto& [name, cell] : row_) {
      names.push_back(name);
      values.push_back(cell.value);
      values.back().bytes = cell.text;
    }
    if (!rows_) rows_.emplace(names);
    if (names != rows_->columns()) return false;
    rows_->add(values);
    return true;
  }

  int depth_ = 0;
  std::string key_;
  std::map<std::string, Cell> row_;
  std::optional<RowSet> rows_;
};

// Keys of the differ's own start so; a name that does as well never met osquery.
bool could_be_osquerys(const std::string& name) { return !name.starts_with('\x01'); }

Result<std::optional<std::string>> get(const store::Store& store, const std::string& key) { return store.get(Domain::queries, key); }

}  // namespace

std::optional<RowSet> parse_osquery_rows(const std::string& json) {
  Rows rows;
  rapidjson::Reader reader;
  // A NUL byte would end the stream early and hide what follows.
  if (json.find('\0') != json.npos) return std::nullopt;
  rapidjson::StringStream stream(json.c_str());
  if (!reader.Parse<rapidjson::kParseFullPrecisionFlag>(stream, rows)) return std::nullopt;
  return rows.take();
}

std::string as_osquery(std::string_view packed) {
  RowSet one({""});
  std::string row;
  Unpacker unpacker(packed);
  for (sql::Value value; unpacker.next(value);) {
    std::string text;
    if (value.kind == Kind::null || value.kind == Kind::text || value.kind == Kind::blob) {
      if (value.kind == Kind::blob) value.bytes = value.bytes.substr(0, value.bytes.find('\0'));
      text = escape(value.bytes);
      value = {.kind = Kind::text, .bytes = text};
    }
    one.add({&value, 1});
  }
  for (size_t i = 0; i < one.size(); ++i) row += one.packed(i);
  return row;
}

Result<std::optional<OsqueryState>> read_osquery_state(const store::Store& store, const std::string& name) {
  const auto none = std::optional<OsqueryState>();
  if (!could_be_osquerys(name)) return none;
  const auto json = get(store, name);
  if (!json) return json.error();
  if (!*json) return none;
  const auto epoch_text = get(store, name + "epoch"), counter_text = get(store, name + "counter"), sql = get(store, "query." + name);
  for (const auto* text : {&epoch_text, &counter_text, &sql})
    if (!*text) return text->error();
  const auto epoch = parse::number<uint64_t>(epoch_text->value_or("")), counter = parse::number<uint64_t>(counter_text->value_or(""));
  auto rows = parse_osquery_rows(**json);
  if (!epoch || !counter || !rows) return none;
  return std::optional(OsqueryState{*epoch, *counter, sql->value_or(""), std::move(*rows)});
}

void erase_osquery_state(const std::string& name, store::Batch& batch) {
  if (!could_be_osquerys(name)) return;
  for (const auto& key : {name, name + "epoch", name + "counter", "query." + name}) batch.erase(Domain::queries, key);
}

}  // namespace vigil::results
