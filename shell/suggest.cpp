// SPDX-License-Identifier: Apache-2.0
#include "shell/suggest.h"

#include <algorithm>
#include <set>

#include "core/parse/similar.h"
#include "core/parse/text.h"

namespace vigil::shell {
namespace {

bool word_character(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

std::vector<std::string_view> names_of_tables(std::span<const sql::Table* const> tables) {
  std::vector<std::string_view> names;
  for (const sql::Table* table : tables) {
    names.push_back(table->info.name);
    names.insert(names.end(), table->info.aliases.begin(), table->info.aliases.end());
  }
  return names;
}

}  // namespace

std::vector<const sql::TableInfo*> tables_in(std::string_view sql, std::span<const sql::Table* const> tables) {
  std::set<std::string> words;
  for (size_t i = 0; i < sql.size();) {
    size_t end = i;
    while (end < sql.size() && word_character(sql[end])) ++end;
    if (end > i) words.insert(parse::lower(sql.substr(i, end - i)));
    i = end + 1;
  }
  std::vector<const sql::TableInfo*> found;
  for (const sql::Table* table : tables) {
    const auto mentioned = [&](std::string_view name) { return words.contains(parse::lower(name)); };
    const auto& aliases = table->info.aliases;
    if (mentioned(table->info.name) || std::any_of(aliases.begin(), aliases.end(), mentioned)) found.push_back(&table->info);
  }
  return found;
}

std::vector<std::string> function_names(sql::Connection& connection) {
  std::set<std::string> names;
  auto statement = connection.prepare("PRAGMA function_list");
  if (!statement || !*statement) return {};
  while (true) {
    const auto row = (*statement)->step();
    if (!row || !*row) break;
    const std::string name((*statement)->text(0).value_or(""));
    // Operators are in the list, too: "->".
    if (!name.empty() && std::all_of(name.begin(), name.end(), word_character)) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::string with_suggestion(const std::string& message, std::string_view sql, sql::Connection& connection) {
  constexpr std::string_view table = "no such table: ", column = "no such column: ", function = "no such function: ";
  std::string_view meant;
  std::string prefix;
  std::vector<std::string> functions;
  const std::string_view text = message;
  if (text.starts_with(table)) {
    meant = parse::closest(text.substr(table.size()), names_of_tables(connection.tables()));
  } else if (text.starts_with(column)) {
    std::string_view name = text.substr(column.size());
    if (const size_t dot = name.rfind('.'); dot != name.npos) {
      prefix = name.substr(0, dot + 1);
      name.remove_prefix(dot + 1);
    }
    std::vector<std::string_view> candidates;
    for (const sql::TableInfo* info : tables_in(sql, connection.tables()))
      for (const sql::Column& c : info->columns) candidates.push_back(c.name);
    meant = parse::closest(name, candidates);
  } else if (text.starts_with(function)) {
    functions = function_names(connection);
    meant = parse::closest(text.substr(function.size()), {functions.begin(), functions.end()});
  }
  if (meant.empty()) return message;
  return message + " (did you mean " + prefix + std::string(meant) + "?)";
}

}  // namespace vigil::shell
