// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/auto_table.h"

#include <algorithm>
#include <set>

#include "core/parse/text.h"

namespace vigil::config {
namespace {

bool is_name(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto good = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), good);
}

// Names go into SQL in double quotes.
bool is_column(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '"' || static_cast<unsigned char>(c) < ' '; });
}

// Why there cannot be such a table; empty: there can.
std::string objection(const AutoTable& table, const std::set<std::string>& taken) {
  if (!is_name(table.name)) return "its name may have letters, digits and _ only";
  const std::string name = parse::lower(table.name);
  if (taken.contains(name)) return "a table of this name exists already";
  if (name.starts_with("sqlite_") || name.starts_with("pragma_")) return "the name is SQLite's own";
  if (!std::all_of(table.columns.begin(), table.columns.end(), is_column)) return "a column's name has a quote or control character";
  return {};
}

}  // namespace

AutoTables::AutoTables(const std::vector<AutoTable>& wanted, std::span<const sql::Table* const> core) : tables_(core.begin(), core.end()) {
  std::set<std::string> taken = {"json_each", "json_tree", "generate_series"};
  for (const sql::Table* table : core) {
    taken.insert(parse::lower(table->info.name));
    for (const std::string_view alias : table->info.aliases) taken.insert(parse::lower(alias));
  }
  for (const AutoTable& table : wanted) {
    if (const std::string why = objection(table, taken); !why.empty()) {
      warnings_.push_back("table '" + table.name + "': " + why);
      continue;
    }
    taken.insert(parse::lower(table.name));
    auto made = std::make_unique<const sql::FileTable>(table.name, table.query, table.path, table.columns);
    if (!made->adds_path) warnings_.push_back("table '" + table.name + "': its column path hides the one that has the file's path");
    tables_.push_back(made.get());
    owned_.push_back(std::move(made));
  }
}

std::vector<std::string> add_views(sql::Connection& connection, const std::map<std::string, std::string>& views) {
  auto waiting = views;
  std::vector<std::string> failed;
  for (size_t before = waiting.size() + 1; !waiting.empty() && waiting.size() < before;) {
    before = waiting.size();
    failed.clear();
    for (auto view = waiting.begin(); view != waiting.end();) {
      if (const auto added = connection.add_view(view->first, view->second)) {
        view = waiting.erase(view);
      } else {
        failed.push_back(added.error().message);
        ++view;
      }
    }
  }
  return failed;
}

}  // namespace vigil::config
