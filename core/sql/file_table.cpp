// SPDX-License-Identifier: Apache-2.0
#include "core/sql/file_table.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "core/host/walk.h"
#include "core/parse/text.h"
#include "core/sql/sqlite_file.h"

namespace vigil::sql {
namespace {

constexpr std::string_view path_column = "path";
constexpr Source sources[] = {{"files", "The files that the pattern names"}};
constexpr Cost cost = {1000, 10'000, 100};

bool same(std::string_view a, std::string_view b) { return parse::lower(a) == parse::lower(b); }

bool has_path(const std::vector<std::string>& columns) {
  return std::any_of(columns.begin(), columns.end(), [](const std::string& name) { return same(name, path_column); });
}

std::vector<std::string> with_path(std::vector<std::string> columns) {
  if (!has_path(columns)) columns.emplace_back(path_column);
  return columns;
}

using Row = std::vector<std::optional<std::string>>;

class FileCursor final : public Cursor {
 public:
  FileCursor(const FileTable& table, QueryBase query) : table_(table), query_(std::move(query)) {}

  void constrain(int column, const Constraint& constraint) override {
    if (constraint.op != Constraint::Op::equal || !table_.info.columns[static_cast<size_t>(column)].key) return;
    std::vector<std::string> paths;
    for (const Value& value : constraint.values)
      if (value.kind == Value::Kind::text || value.kind == Value::Kind::blob) paths.emplace_back(value.bytes);
    paths_.pin(std::move(paths));
  }

  void start() override {
    walk_.emplace(query_.host(), table_.patterns, Walk::Options{}, [this](const Error& error) { query_.skip(error); });
  }

  bool next() override {
    if (source_) {
      if (at_ == source_->size()) return false;
      row_ = (*source_)[at_++];
      return true;
    }
    while (file_ || open_next()) {
      const auto row = file_->step();
      if (row && *row) {
        take_row();
        return true;
      }
      if (!row) query_.skip(row.error());
      file_.reset();
    }
    return false;
  }

  const std::optional<Error>& error() const override { return error_; }

  Value value(int column) const override {
    const auto& cell = row_[static_cast<size_t>(column)];
    return cell ? Value{Value::Kind::text, 0, 0, *cell} : Value{};
  }

  uint64_t identity() const override {
    uint64_t hash = 0x9e3779b97f4a7c15;
    for (const auto& cell : row_) {
      hash = (hash ^ (cell ? std::hash<std::string>()(*cell) : 0)) * 0xff51afd7ed558ccd;
      hash ^= hash >> 32;
    }
    return hash;
  }

  void remember(bool on) override {
    keep_ = on;
    if (!on) kept_ = {};
  }
  size_t remembered_bytes() const override { return kept_bytes_; }
  void replay(const Cursor& complete) override { source_ = &static_cast<const FileCursor&>(complete).kept_; }

 private:
  bool stopped() const {
    const std::atomic<bool>* stop = query_.host().access().stop;
    return stop && stop->load(std::memory_order_relaxed);
  }

  // The next file of the pattern that can be opened.
  bool open_next() {
    while (!stopped() && walk_->next()) {
      if (walk_->type() == FileType::directory || !paths_.admits(walk_->path())) continue;
      auto file = SqliteFile::open(query_.host(), walk_->path(), table_.query);
      if (!file) {
        query_.skip(file.error());
        continue;
      }
      file_ = std::move(*file);
      find_columns();
      return true;
    }
    return false;
  }

  // Where in the query's result each column is.
  void find_columns() {
    places_.assign(table_.info.columns.size(), std::nullopt);
    for (size_t column = 0; column < places_.size(); ++column)
      for (size_t i = 0; i < file_->columns() && !places_[column]; ++i)
        if (same(table_.info.columns[column].name, file_->name(i))) places_[column] = i;
    if (table_.adds_path) places_.back().reset();
  }

  void take_row() {
    row_.assign(places_.size(), std::nullopt);
    for (size_t column = 0; column < places_.size(); ++column)
      if (places_[column])
        if (const auto text = file_->text(*places_[column])) row_[column] = std::string(*text);
    if (table_.adds_path) row_.back() = walk_->path();
    if (!keep_) return;
    kept_.push_back(row_);
    kept_bytes_ += sizeof(Row);
    for (const auto& cell : row_) kept_bytes_ += sizeof cell + (cell ? cell->capacity() : 0);
  }

  const FileTable& table_;
  QueryBase query_;
  Key<std::string> paths_;
  std::optional<Walk> walk_;
  std::optional<SqliteFile> file_;
  std::vector<std::optional<size_t>> places_;
  Row row_;
  std::optional<Error> error_;  // never set: a file that cannot be read is left out

  bool keep_ = false;
  std::vector<Row> kept_;
  size_t kept_bytes_ = 0;
  const std::vector<Row>* source_ = nullptr;
  size_t at_ = 0;
};

Result<std::unique_ptr<Cursor>> open(const Table& table, QueryBase query) {
  return std::unique_ptr<Cursor>(std::make_unique<FileCursor>(static_cast<const FileTable&>(table), std::move(query)));
}

}  // namespace

FileTable::FileTable(std::string name, std::string text, const std::string& pattern, std::vector<std::string> columns)
    : Table(),  // all of `info` that is not set below is 0
      query(std::move(text)),
      patterns(parse::path_patterns(pattern, parse::PathSyntax::config)),
      adds_path(!has_path(columns)),
      name_(std::move(name)),
      names_(with_path(std::move(columns))) {
  for (const std::string& column : names_) {
    Column c = {};
    c.name = column;
    c.type = Type::text;
    c.key = adds_path && &column == &names_.back();
    columns_.push_back(c);
  }
  info.name = name_;
  info.group = "auto";
  info.description = "Rows of SQLite files, as the configuration describes them";
  info.columns = columns_;
  info.sources = sources;
  info.cost = cost;
  Table::open = sql::open;
}

}  // namespace vigil::sql
