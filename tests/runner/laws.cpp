// SPDX-License-Identifier: Apache-2.0
#include "tests/runner/laws.h"

#include <rapidjson/document.h>
#include <rapidjson/istreamwrapper.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "core/parse/text.h"
#include "tests/runner/test_engine.h"

namespace vigil::test {
namespace {

Result<Host> open_directory(const std::string& path, Access access) { return Host::directory(path, access); }
Result<Host> open_live(const std::string&, Access access) { return Host::live(access); }

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

bool has_required(const sql::TableInfo& info) {
  return std::any_of(info.columns.begin(), info.columns.end(), [](const sql::Column& c) { return !c.required.empty(); });
}

// Visible columns, in order, as a SELECT list.
std::string visible(const sql::TableInfo& info) {
  std::string list;
  for (const auto& column : info.columns)
    if (!column.hidden) list += (list.empty() ? "" : ", ") + quoted(column.name);
  return list;
}

// One unpinned scan with all columns, straight from the table.
struct FullScan {
  std::vector<std::vector<std::string>> rows;
  std::vector<uint64_t> identities;
  std::vector<std::string> touched;
  std::string error;
};

std::string as_text(const sql::Value& value) {
  switch (value.kind) {
    case sql::Value::Kind::null: return "NULL";
    case sql::Value::Kind::integer: return std::to_string(value.integer);
    case sql::Value::Kind::real: return std::to_string(value.real);
    default: return "'" + std::string(value.bytes) + "'";
  }
}

FullScan full_scan(const sql::Table& table, const sql::Engine& engine, Result<Host> host) {
  FullScan scan;
  if (!host) return scan;
  host->access().touched = &scan.touched;
  sql::Report report;
  sql::QueryBase query(*host, &engine, &report, ~uint64_t{0}, std::vector<bool>(table.info.columns.size(), true));
  auto cursor = table.open(table, std::move(query));
  if (!cursor) {
    scan.error = cursor.error().message;
    return scan;
  }
  (*cursor)->start();
  while ((*cursor)->next()) {
    std::vector<std::string> row;
    for (size_t i = 0; i < table.info.columns.size(); ++i) row.push_back(as_text((*cursor)->value(static_cast<int>(i))));
    scan.rows.push_back(std::move(row));
    scan.identities.push_back((*cursor)->identity());
  }
  if (const auto& error = (*cursor)->error()) scan.error = error->message;
  return scan;
}

void check_identity(const sql::Table& table, const FullScan& scan, const std::string& where, Tally& tally) {
  std::map<uint64_t, const std::vector<std::string>*> seen;
  for (size_t i = 0; i < scan.rows.size(); ++i) {
    const auto [at, fresh] = seen.emplace(scan.identities[i], &scan.rows[i]);
    if (fresh || *at->second == scan.rows[i]) continue;
    return tally.check(false, where,
                       std::string(table.info.name) + ": identity is the same for two rows:\n  " + parse::join(*at->second, " | ") + "\n  " +
                           parse::join(scan.rows[i], " | "));
  }
  tally.check(true, where, "");
}

void check_key(const sql::Table& table, size_t column, const FullScan& full, const std::vector<const sql::Table*>& tables, const sql::Engine& engine,
               const std::string& root, const std::string& where, Tally& tally) {
  const auto& info = table.info;
  std::set<std::string> values;
  for (const auto& row : full.rows)
    if (row[column] != "NULL") values.insert(row[column]);
  if (values.empty()) return;
  std::string value = *values.begin();
  if (value.find('\0') != value.npos) return;
  std::string literal = value;
  if (value[0] == '\'') {
    literal = "'";
    for (const char c : value.substr(1, value.size() - 2)) literal += c == '\'' ? "''" : std::string(1, c);
    literal += "'";
  }
  const std::string from = "SELECT " + visible(info) + " FROM " + quoted(info.name) + " WHERE ";
  const auto pinned = ask(tables, engine, open_directory, root, from + quoted(info.columns[column].name) + " = " + literal);
  // A leading + keeps the constraint from the table: the same filter on a full scan.
  const auto filtered = ask(tables, engine, open_directory, root, from + "+" + quoted(info.columns[column].name) + " = " + literal);
  const std::string name = std::string(info.name) + "." + std::string(info.columns[column].name) + " = " + literal;
  auto a = pinned.rows, b = filtered.rows;
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  tally.check(
      a == b, where,
      name + " pinned gives other rows than the same filter on a full scan:\n  " + parse::join(a, "\n  ") + "\n  full:\n  " + parse::join(b, "\n  "));
  tally.check(pinned.touched.size() <= filtered.touched.size(), where,
              name + " looks at more than a full scan: " + parse::join(pinned.touched, ", "));
}

std::string options_of(const rapidjson::Value& column) {
  std::string out = column["type"].GetString();
  for (const char* word : {"index", "additional", "required", "optimized", "hidden"})
    if (column.HasMember(word)) (out += ' ') += word;
  if (column.HasMember("collate")) out += " collate " + std::string(column["collate"].GetString());
  if (column.HasMember("aliases"))
    for (const auto& alias : column["aliases"].GetArray()) out += " alias " + std::string(alias.GetString());
  return out;
}

// A key of our own makes queries cheaper and changes no row; the schema does not show it.
std::string options_of(const sql::Column& column) {
  std::string type(sql::type_name(column.type));
  std::replace(type.begin(), type.end(), ' ', '_');
  if (column.key && !column.own_key) type += " index";
  if (column.additional) type += " additional";
  if (!column.required.empty()) type += " required";
  if (column.optimized) type += " optimized";
  if (column.hidden) type += " hidden";
  if (!column.collate.empty()) type += " collate " + parse::lower(column.collate);
  for (const auto alias : column.aliases) type += " alias " + std::string(alias);
  return type;
}

void check_schema(const sql::TableInfo& info, const rapidjson::Value& reference, Tally& tally) {
  const std::string where = "specs/" + std::string(info.group) + "/" + std::string(info.name) + ".table";
  const auto& columns = reference["columns"].GetArray();
  for (size_t i = 0; i < columns.Size(); ++i) {
    const auto& want = columns[static_cast<rapidjson::SizeType>(i)];
    const std::string name = want["name"].GetString();
    if (i >= info.columns.size() || info.columns[i].name != name) {
      tally.check(false, where, "column " + std::to_string(i + 1) + " must be " + name);
      return;
    }
    tally.check(options_of(want) == options_of(info.columns[i]), where,
                "column " + name + " is '" + options_of(info.columns[i]) + "', must be '" + options_of(want) + "'");
  }
  for (size_t i = columns.Size(); i < info.columns.size(); ++i)
    tally.check(info.columns[i].hidden, where, "column " + std::string(info.columns[i].name) + " is not in the reference, so it must be hidden");

  const auto flag = [&](const char* word) { return reference.HasMember("attributes") && reference["attributes"].HasMember(word); };
  tally.check(flag("cacheable") == info.cacheable, where, "cacheable must be " + std::string(flag("cacheable") ? "True" : "False"));
  tally.check(flag("user_data") == info.user_data, where, "user_data must be " + std::string(flag("user_data") ? "True" : "False"));
  tally.check(flag("utility") == info.utility, where, "utility must be " + std::string(flag("utility") ? "True" : "False"));
  std::set<std::string> aliases(info.aliases.begin(), info.aliases.end()), want;
  if (reference.HasMember("aliases"))
    for (const auto& alias : reference["aliases"].GetArray()) want.insert(alias.GetString());
  tally.check(aliases == want, where, "the aliases must be those of the reference");
}

}  // namespace

std::set<std::string> check_root_laws(const sql::Table& table, const std::vector<const sql::Table*>& tables, const sql::Engine& engine,
                                      const std::string& root, const std::string& where, Tally& tally) {
  if (has_required(table.info)) return {};
  const FullScan full = full_scan(table, engine, Host::directory(root));
  if (!full.error.empty()) return {};
  check_identity(table, full, where, tally);
  std::set<std::string> filled;
  for (size_t i = 0; i < table.info.columns.size(); ++i) {
    if (std::any_of(full.rows.begin(), full.rows.end(), [&](const auto& row) { return row[i] != "NULL"; }))
      filled.emplace(table.info.columns[i].name);
    if (table.info.columns[i].key) check_key(table, i, full, tables, engine, root, where, tally);
  }
  return filled;
}

void check_filled(const sql::Table& table, const std::set<std::string>& filled, const std::string& where, Tally& tally) {
  std::string empty;
  for (const auto& column : table.info.columns) {
    // Columns that the description calls always NULL exist for the schema's sake.
    const bool always_null = column.description.find("always NULL") != column.description.npos;
    if (!column.hidden && !always_null && !filled.contains(std::string(column.name))) empty += " " + std::string(column.name);
  }
  tally.check(empty.empty(), where, "no test shows a value in:" + empty);
}

void check_live_laws(const std::vector<const sql::Table*>& tables, const std::string& reference, Tally& tally) {
  std::ifstream in(reference);
  rapidjson::IStreamWrapper stream(in);
  rapidjson::Document json;
  json.ParseStream(stream);
  tally.check(!json.HasParseError() && json.IsObject(), reference, "cannot be read");
  if (json.HasParseError() || !json.IsObject()) return;

  const TestEngine engine;
  for (const sql::Table* table : tables) {
    const auto& info = table->info;
    const std::string name(info.name), where = "specs/" + std::string(info.group) + "/" + name + ".table";
    if (json.HasMember(name.c_str())) check_schema(info, json[name.c_str()], tally);
    const auto all = ask(tables, engine, open_live, "", "SELECT * FROM " + quoted(name));
    if (has_required(info)) {
      tally.check(all.error.starts_with("Table " + name + " was queried without a required column"), where,
                  "without its required column: " + all.error);
    } else {
      tally.check(all.error.empty(), where, "SELECT * on this machine: " + all.error);
      check_identity(*table, full_scan(*table, engine, Host::live()), where, tally);
    }
    for (const auto example : info.examples) {
      const auto got = ask(tables, engine, open_live, "", std::string(example));
      tally.check(got.error.empty(), where, "example '" + std::string(example) + "': " + got.error);
    }
  }
}

}  // namespace vigil::test
