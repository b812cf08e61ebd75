// SPDX-License-Identifier: Apache-2.0
#include "shell/completion.h"

#include <algorithm>
#include <set>

#include "core/parse/text.h"
#include "shell/render.h"
#include "shell/suggest.h"

namespace vigil::shell {
namespace {

constexpr std::string_view keywords[] = {
    "ALL",    "AND",    "AS",        "ASC",    "BETWEEN",   "BY",      "CASE", "CAST",    "COLLATE", "CROSS",  "DESC",  "DISTINCT",  "ELSE",
    "END",    "ESCAPE", "EXCEPT",    "EXISTS", "EXPLAIN",   "FROM",    "GLOB", "GROUP",   "HAVING",  "IN",     "INNER", "INTERSECT", "IS",
    "ISNULL", "JOIN",   "LEFT",      "LIKE",   "LIMIT",     "NATURAL", "NOT",  "NOTNULL", "NULL",    "OFFSET", "ON",    "OR",        "ORDER",
    "OUTER",  "OVER",   "PARTITION", "PRAGMA", "RECURSIVE", "SELECT",  "THEN", "UNION",   "USING",   "VALUES", "WHEN",  "WHERE",     "WITH",
};

bool word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// The words of `text` in lower case; what is not a word counts as a blank, but a comma stays.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && word_character(text[end])) ++end;
    if (end > i) words.push_back(parse::lower(text.substr(i, end - i)));
    if (end < text.size() && text[end] == ',') words.emplace_back(",");
    i = end + 1;
  }
  return words;
}

const sql::TableInfo* table_named(std::span<const sql::Table* const> tables, std::string_view lower) {
  for (const sql::Table* table : tables) {
    const auto& aliases = table->info.aliases;
    if (table->info.name == lower || std::find(aliases.begin(), aliases.end(), lower) != aliases.end()) return &table->info;
  }
  return nullptr;
}

// The table that `name.` stands for: by its own name, or as "table name" or "table AS name".
const sql::TableInfo* qualified(const Vocabulary& vocabulary, const std::vector<std::string>& words, std::string_view name) {
  if (const auto* table = table_named(vocabulary.tables, name)) return table;
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i] != name) continue;
    const size_t before = words[i - 1] == "as" && i > 1 ? i - 2 : i - 1;
    if (const auto* table = table_named(vocabulary.tables, words[before])) return table;
  }
  return nullptr;
}

class Collector {
 public:
  explicit Collector(std::string_view start) : start_(parse::lower(start)) {}

  void offer(std::string_view name) {
    if (parse::lower(name).starts_with(start_)) found_.insert(std::string(name));
  }
  void offer_tables(std::span<const sql::Table* const> tables) {
    for (const sql::Table* table : tables) {
      offer(table->info.name);
      for (const std::string_view alias : table->info.aliases) offer(alias);
    }
  }
  void offer_columns(const sql::TableInfo& table) {
    for (const sql::Column& c : table.columns)
      if (!c.hidden || !start_.empty()) offer(c.name);
  }
  std::vector<std::string> take() { return {found_.begin(), found_.end()}; }

 private:
  std::string start_;
  std::set<std::string> found_;
};

Completion complete_command(const Vocabulary& vocabulary, std::string_view line, size_t start, std::string_view word) {
  Collector found(word);
  std::string_view rest = line.substr(0, start);
  const std::string command = parse::lower(parse::field(rest));
  if (command == ".") {
    for (const std::string& name : vocabulary.commands) found.offer(name);
  } else if (command == ".schema" || command == ".tables" || command == ".list" || command == ".all") {
    found.offer_tables(vocabulary.tables);
  } else if (command == ".mode") {
    std::string names = mode_names();
    for (const std::string_view mode : parse::fields(names)) found.offer(mode);
  } else if (std::find(vocabulary.commands.begin(), vocabulary.commands.end(), command.substr(1)) != vocabulary.commands.end()) {
    found.offer("off");
    found.offer("on");
  }
  return {start, found.take()};
}

}  // namespace

Completion complete(const Vocabulary& vocabulary, std::string_view before, std::string_view line, size_t cursor) {
  cursor = std::min(cursor, line.size());
  size_t start = cursor;
  while (start > 0 && word_character(line[start - 1])) --start;
  const std::string_view word = line.substr(start, cursor - start);

  const size_t first = line.find_first_not_of(" \t");
  const bool takes_sql =
      line.substr(std::min(first, line.size())).starts_with(".types ") || line.substr(std::min(first, line.size())).starts_with(".explain ");
  if (before.empty() && first != line.npos && line[first] == '.' && first < start && !takes_sql)
    return complete_command(vocabulary, line, start, word);

  Collector found(word);
  const std::vector<std::string> earlier = words_of(std::string(before) + '\n' + std::string(line.substr(0, start)));
  std::vector<std::string> all = words_of(std::string(before) + '\n' + std::string(line));

  if (start > 0 && line[start - 1] == '.') {
    size_t from = start - 1;
    while (from > 0 && word_character(line[from - 1])) --from;
    if (const auto* table = qualified(vocabulary, all, parse::lower(line.substr(from, start - 1 - from)))) found.offer_columns(*table);
    return {start, found.take()};
  }

  // After FROM and JOIN - and a comma between tables - only a table can stand.
  const bool comma = earlier.size() > 1 && earlier.back() == "," && table_named(vocabulary.tables, earlier[earlier.size() - 2]);
  if (!earlier.empty() && (earlier.back() == "from" || earlier.back() == "join" || comma)) {
    found.offer_tables(vocabulary.tables);
    return {start, found.take()};
  }

  const auto tables = tables_in(std::string(before) + '\n' + std::string(line), vocabulary.tables);
  for (const auto* table : tables) found.offer_columns(*table);
  // An empty word could be anything: without a table, that is too much to show.
  if (!word.empty()) {
    if (tables.empty())
      for (const sql::Table* table : vocabulary.tables) found.offer_columns(table->info);
    found.offer_tables(vocabulary.tables);
    for (const std::string& name : vocabulary.functions) found.offer(name);
    // Keywords in the case in which the person writes.
    const bool small = word == parse::lower(word);
    for (const std::string_view keyword : keywords) found.offer(small ? parse::lower(keyword) : std::string(keyword));
  }
  return {start, found.take()};
}

}  // namespace vigil::shell
