// SPDX-License-Identifier: Apache-2.0
#include "extensions/remote_scan.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "core/parse/display.h"
#include "extensions/cells.h"

namespace vigil::extensions {
namespace {

using Op = sql::Constraint::Op;
using sql::Value;

int wire_number(Op op) {
  switch (op) {
    case Op::equal: return 2;
    case Op::greater: return 4;
    case Op::less_equal: return 8;
    case Op::less: return 16;
    case Op::greater_equal: return 32;
    case Op::like: return 65;
    case Op::glob: return 66;
  }
  return 2;
}

// About what the rows take in memory.
size_t bytes_of(const Response& rows) {
  constexpr size_t node = 48;  // what a map and malloc add to what they hold
  size_t bytes = 0;
  for (const auto& row : rows) {
    bytes += sizeof row;
    for (const auto& [name, cell] : row) {
      bytes += node + sizeof name + sizeof cell;
      if (name.size() > 15) bytes += name.capacity();
      if (cell.size() > 15) bytes += cell.capacity();
    }
  }
  return bytes;
}

}  // namespace

std::string RemoteDescription::because(std::string_view what) const {
  return "extension '" + link->name() + "': table '" + name + "': " + std::string(what);
}

std::string context_json(const RemoteDescription& table, const std::map<int, Comparisons>& comparisons, const std::vector<bool>* used) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
  const auto string = [&](std::string_view text) { json.String(text.data(), static_cast<rapidjson::SizeType>(text.size())); };
  json.StartObject();
  json.Key("constraints");
  json.StartArray();
  for (size_t i = 0; i < table.columns.size(); ++i) {
    json.StartObject();
    json.Key("name");
    string(table.names[i]);
    json.Key("list");
    json.StartArray();
    if (const auto at = comparisons.find(static_cast<int>(i)); at != comparisons.end()) {
      for (const auto& [op, text] : at->second) {
        json.StartObject();
        json.Key("op");
        json.Int(op);
        json.Key("expr");
        string(text);
        json.EndObject();
      }
    }
    json.EndArray();
    json.Key("affinity");
    string(sql::type_name(table.columns[i].type));
    json.EndObject();
  }
  json.EndArray();
  if (used) {
    uint64_t bits = 0;
    json.Key("colsUsed");
    json.StartArray();
    for (size_t i = 0; i < used->size(); ++i) {
      if (!(*used)[i]) continue;
      string(table.names[i]);
      bits |= uint64_t{1} << std::min<size_t>(i, 63);
    }
    json.EndArray();
    json.Key("colsUsedBitset");
    json.Uint64(bits);
  }
  json.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::vector<bool> RemoteScan::Query::used(size_t columns) const {
  std::vector<bool> out(columns);
  for (size_t i = 0; i < columns; ++i) out[i] = needs_column(i);
  return out;
}

RemoteScan::RemoteScan(const RemoteDescription& table, sql::QueryBase query)
    : table_(table), query_(std::move(query)), rows_(std::make_shared<Response>()), warned_(table.columns.size()) {}

void RemoteScan::constrain(int column, const sql::Constraint& constraint) {
  const sql::Type type = table_.columns[static_cast<size_t>(column)].type;
  Comparisons found;
  bool told = true;
  for (const Value& value : constraint.values) {
    if (value.kind == Value::Kind::null) continue;
    if (auto text = expression(value, type, constraint.op))
      found.emplace_back(wire_number(constraint.op), std::move(*text));
    else
      told = false;
  }
  // Nothing is equal to NULL, or less, or like it.
  if (told && found.empty()) {
    impossible_ = true;
    return;
  }
  // An empty text would be taken for one that was not given; as one of several it is not.
  if (!told || (constraint.values.size() == 1 && found.front().second.empty())) return;
  Comparisons& all = comparisons_[column];
  all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
}

void RemoteScan::start() {
  if (impossible_) return;
  const std::vector<bool> used = query_.used(table_.columns.size());
  const Request request = {{"action", "generate"}, {"context", context_json(table_, comparisons_, &used)}};
  scan_ = ++table_.scans;
  auto answer = table_.link->call("table", table_.name, request, query_.host().access().stop);
  if (!answer) {
    error_ = std::move(answer.error()).within("table '" + table_.name + "'");
    return;
  }
  if (answer->status.code != success) {
    const std::string& why = answer->status.message;
    error_ = Error{table_.because(why.empty() ? "it failed with the code " + std::to_string(answer->status.code) : why)};
    return;
  }
  bytes_ = bytes_of(answer->response);
  charge_ = std::make_shared<sql::Charge>();
  if (!charge_->take(static_cast<int64_t>(bytes_))) {
    error_ = Error{table_.because("its " + std::to_string(answer->response.size()) + " rows need more memory than the query may take")};
    return;
  }
  *rows_ = std::move(answer->response);
}

bool RemoteScan::next() {
  if (error_) return false;
  // What was shown is not needed again.
  if (!keep_ && !replays_ && at_ < rows_->size()) (*rows_)[at_].clear();
  if (at_ + 1 >= rows_->size()) return false;
  ++at_;
  return true;
}

Value RemoteScan::value(int column) const {
  const auto index = static_cast<size_t>(column);
  const auto at = row().find(table_.names[index]);
  if (at == row().end()) return {};
  const auto value = cell(at->second, table_.columns[index].type);
  if (value) return *value;
  if (!warned_[index]) {
    const std::string_view shown = std::string_view(at->second).substr(0, 40);
    query_.warn(table_.because("column '" + table_.names[index] + "': '" + parse::printable(shown) + "' is no " +
                               std::string(sql::type_name(table_.columns[index].type)) + ", and shown as NULL"));
    warned_[index] = true;
  }
  return {};
}

std::optional<int64_t> RemoteScan::number() const {
  static const std::string key = "rowid";
  const auto at = row().find(key);
  return at == row().end() ? std::nullopt : whole_number<int64_t>(at->second);
}

uint64_t RemoteScan::identity() const {
  if (const auto own = number()) return static_cast<uint64_t>(*own);
  uint64_t hash = 0x9e3779b97f4a7c15;
  for (const std::string& name : table_.names) {
    const auto at = row().find(name);
    hash = (hash ^ (at == row().end() ? 0 : std::hash<std::string>()(at->second))) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  return hash;
}

sql::RowId RemoteScan::id() const {
  if (const auto own = number()) return {*own, 0};
  return {static_cast<int64_t>(at_), scan_};
}

void RemoteScan::replay(const sql::Cursor& complete) {
  const auto& other = static_cast<const RemoteScan&>(complete);
  rows_ = other.rows_;
  charge_ = other.charge_;
  scan_ = other.scan_;
  replays_ = true;
}

}  // namespace vigil::extensions
