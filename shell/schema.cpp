// SPDX-License-Identifier: Apache-2.0
#include "shell/schema.h"

#include <algorithm>
#include <vector>

#include "core/parse/text.h"

namespace vigil::shell {
namespace {

std::string quoted(std::string_view name) { return '`' + std::string(name) + '`'; }

// Words on a column that matter to who writes a query.
std::string uses(const sql::TableInfo& table, const sql::Column& column) {
  std::vector<std::string> words;
  if (!column.required.empty()) {
    std::vector<std::string> others;
    for (const sql::Column& c : table.columns)
      if (c.required == column.required && c.name != column.name) others.emplace_back(c.name);
    words.push_back(others.empty() ? "required" : "required unless " + parse::join(others, " or ") + " is given");
  } else if (column.key) {
    words.emplace_back("key");
  }
  if (column.hidden) words.emplace_back("hidden");
  if (!column.aliases.empty()) words.push_back("also " + parse::join({column.aliases.begin(), column.aliases.end()}, ", "));
  return words.empty() ? "" : " [" + parse::join(words, "; ") + "]";
}

}  // namespace

std::string create_text(const sql::TableInfo& table) {
  std::vector<std::string> columns, all, keys;
  bool indexed = false;
  for (const sql::Column& c : table.columns) {
    std::string text = quoted(c.name) + ' ' + std::string(sql::type_name(c.type));
    if (c.hidden) text += " HIDDEN";
    if (!c.collate.empty()) (text += " COLLATE ") += c.collate;
    columns.push_back(std::move(text));
    all.push_back(quoted(c.name));
    const bool index = c.key && !c.own_key;
    if (index || c.additional) keys.push_back(quoted(c.name));
    indexed = indexed || index;
  }
  for (const sql::Column& c : table.columns)
    for (const std::string_view alias : c.aliases) {
      columns.push_back(quoted(alias) + ' ' + std::string(sql::type_name(c.type)) + " HIDDEN");
      all.push_back(quoted(alias));
    }
  const bool keyed = !keys.empty();
  // Without an index, what was asked for is part of what makes a row unique.
  if (keyed && !indexed) keys = std::move(all);
  std::string text = "CREATE TABLE " + std::string(table.name) + '(' + parse::join(columns, ", ");
  if (keyed) text += ", PRIMARY KEY (" + parse::join(keys, ", ") + ')';
  return text + (keyed && !table.remote ? ") WITHOUT ROWID;" : ");");
}

std::string comments(const sql::TableInfo& table) {
  std::string text = "-- " + std::string(table.description) + '\n';
  if (!table.aliases.empty()) text += "-- Also called " + parse::join({table.aliases.begin(), table.aliases.end()}, ", ") + ".\n";
  if (table.user_data) text += "-- Shows the current user's data; JOIN users USING (uid) shows that of all users.\n";
  for (const std::string_view note : table.notes) (text += "-- ").append(note) += '\n';

  size_t width = 0;
  for (const sql::Column& c : table.columns) width = std::max(width, c.name.size());
  text += "--\n-- Columns:\n";
  for (const sql::Column& c : table.columns) {
    (text += "--   ").append(c.name).append(width - c.name.size() + 2, ' ').append(c.description);
    text += uses(table, c);
    if (table.sources.size() > 1) (text += " <") += std::string(table.sources[c.source].name) + '>';
    text += '\n';
  }
  text += "--\n-- Sources:\n";
  width = 0;
  for (const sql::Source& s : table.sources) width = std::max(width, s.name.size());
  for (const sql::Source& s : table.sources) (text += "--   ").append(s.name).append(width - s.name.size() + 2, ' ').append(s.description) += '\n';
  if (!table.examples.empty()) text += "--\n-- Examples:\n";
  for (const std::string_view example : table.examples) (text += "--   ").append(example) += '\n';
  return text;
}

}  // namespace vigil::shell
