// SPDX-License-Identifier: Apache-2.0
#include "extensions/remote_change.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>

#include "core/parse/display.h"
#include "core/parse/text.h"
#include "core/parse/utf8.h"
#include "extensions/cells.h"
#include "extensions/remote_scan.h"

namespace vigil::extensions {
namespace {

using sql::Change;
using sql::Changed;
using sql::Type;
using sql::Value;
using Outcome = sql::Changed::Outcome;
using Json = rapidjson::Writer<rapidjson::StringBuffer>;

// Columns whose options are exactly one of these take no NULL.
constexpr uint64_t index_alone = 1, required_alone = 2;

std::string_view action(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::insert: return "insert";
    case Change::Kind::update: return "update";
    case Change::Kind::remove: return "delete";
  }
  return {};
}

// Writes the value; false when the column is of another type. JSON has neither
// infinity nor bytes that are not UTF-8.
bool write(Json& json, const Value& value, Type type) {
  switch (value.kind) {
    case Value::Kind::null: return json.Null();
    case Value::Kind::integer:
      if (type == Type::real) return json.Double(static_cast<double>(value.integer));
      return is_numeric(type) && !(type == Type::unsigned_bigint && value.integer < 0) && json.Int64(value.integer);
    case Value::Kind::real: return type == Type::real && json.Double(value.real);
    case Value::Kind::blob:
    case Value::Kind::text: break;
  }
  if (type == Type::unsigned_bigint) {
    // How SQL has numbers from 2^63 on.
    const auto number = parse::number<uint64_t>(value.bytes);
    return value.kind == Value::Kind::text && number && json.Uint64(*number);
  }
  if (type != Type::blob && !(type == Type::text && value.kind == Value::Kind::text)) return false;
  return parse::is_utf8(value.bytes) && json.String(value.bytes.data(), static_cast<rapidjson::SizeType>(value.bytes.size()));
}

std::string answered(const Response& response, const std::string& key) {
  if (response.empty()) return {};
  const auto at = response.front().find(key);
  return at == response.front().end() ? std::string() : at->second;
}

Changed refused(const RemoteDescription& table, Outcome outcome, std::string_view why) { return {outcome, table.because(why), 0}; }

// What the extension made of a change.
Changed outcome(const RemoteDescription& table, const Change& change, const Answer& answer) {
  const std::string& why = answer.status.message;
  if (answer.status.code != success)
    return refused(table, Outcome::failed, why.empty() ? "it failed with the code " + std::to_string(answer.status.code) : why);
  const std::string status = answered(answer.response, "status"), message = answered(answer.response, "message");
  const auto because = [&](std::string_view otherwise) { return message.empty() ? std::string(otherwise) : message; };
  const std::string verb(action(change.kind));
  if (status == "readonly") return refused(table, Outcome::readonly, because("its rows cannot be changed"));
  if (status == "constraint") return refused(table, Outcome::constraint, because("the row breaks a constraint"));
  if (status == "failure") return refused(table, Outcome::failed, because("the " + verb + " failed"));
  if (status != "success")
    return refused(table, Outcome::failed,
                   "it answered the " + verb +
                       (status.empty() ? " without a status" : " with the unknown status '" + parse::printable(status.substr(0, 40)) + '\''));
  if (change.kind != Change::Kind::insert) return {Outcome::done, {}, 0};
  if (change.number) return {Outcome::done, {}, *change.number};
  const std::string id = answered(answer.response, "id");
  const auto number = parse::number(id);
  if (!number) {
    return refused(table, Outcome::failed,
                   id.empty() ? "it answered the insert without the id of the row"
                              : "the id '" + parse::printable(id.substr(0, 40)) + "' of the row is no number");
  }
  return {Outcome::done, {}, *number};
}

}  // namespace

Changed change_rows(const RemoteDescription& table, const Change& change, const std::atomic<bool>* stop) {
  if (change.row.scan != 0 && change.row.scan != table.scans.load())
    return refused(table, Outcome::failed, "its rows have no rowid, and another query has read them meanwhile, so that their places have changed");

  Request request = {{"action", std::string(action(change.kind))}, {"context", context_json(table, {}, nullptr)}};
  if (change.kind == Change::Kind::insert) {
    request["auto_rowid"] = change.number ? "true" : "false";
    if (change.number) request["id"] = std::to_string(*change.number);
  } else {
    request["id"] = std::to_string(change.row.number);
    if (change.number) request["new_id"] = std::to_string(*change.number);
  }
  if (change.kind != Change::Kind::remove) {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    json.StartArray();
    for (size_t i = 0; i < table.columns.size(); ++i) {
      const Value& value = change.values[i];
      const bool given = table.options[i] == index_alone || table.options[i] == required_alone;
      if (given && value.kind == Value::Kind::null) return refused(table, Outcome::constraint, "column '" + table.names[i] + "' has to have a value");
      if (!write(json, value, table.columns[i].type))
        return refused(
            table, Outcome::mismatch,
            "column '" + table.names[i] + "': the value is no " + std::string(sql::type_name(table.columns[i].type)) + " that can be sent");
    }
    json.EndArray();
    request["json_value_array"] = {buffer.GetString(), buffer.GetSize()};
  }

  const auto answer = table.link->call("table", table.name, request, stop);
  if (!answer) return {Outcome::failed, "table '" + table.name + "': " + answer.error().message, 0};
  return outcome(table, change, *answer);
}

}  // namespace vigil::extensions
