// SPDX-License-Identifier: Apache-2.0
// Tables of an extension: columns in place, rows from a coroutine.
//
// A scan reads only as much as a query asks for: needs() tells which columns
// are used, key() which values SQL looks for. Scans run at once on several
// threads. What SQL wants fewer rows of, SQL leaves out itself: a scan may
// give too many rows, never too few.
#pragma once

#include <cerrno>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/sql/rows.h"
#include "core/sql/scan.h"
#include "core/sql/table.h"
#include "core/sql/typed.h"
#include "vigil/plugin.h"

namespace vigil::sdk {

// Cells; empty is NULL.
using sql::Blob;
using sql::Int;
using sql::Real;
using sql::Text;
using sql::Unsigned;

using sql::failed;
using sql::Key;
using sql::Rows;

// What a column is beyond its name and type; the numbers are the protocol's.
enum Trait : unsigned {
  plain = 0,
  key = 1 | 8,         // a scan can start from values that SQL looks for
  required = 2 | 8,    // there is no scan without such values
  additional = 4 | 8,  // such values change what the rows are
  hidden = 16,         // not in SELECT *
  collate_nocase = 64,
  collate_rtrim = 128,
  collate_version = 256,
  collate_version_arch = 512,
  collate_version_dpkg = 1024,
  collate_version_rhel = 2048,
};
constexpr Trait operator|(Trait a, Trait b) { return static_cast<Trait>(static_cast<unsigned>(a) | static_cast<unsigned>(b)); }

// The error of a write that breaks a rule of the table: SQL's CONSTRAINT. All
// errors with the code EEXIST are that, and all with EROFS are its READONLY.
inline Error violation(std::string message) { return {std::move(message), EEXIST}; }

// A table without its rows.
struct Shape {
  struct Column {
    std::string name;
    sql::Type type;
    unsigned traits;
    std::vector<std::string> aliases;
    std::string required = {};  // the group of columns of which one has to be pinned; empty: none
    bool like = true;           // takes LIKE and GLOB
    unsigned source = 0;
  };
  std::string name;
  std::vector<Column> columns;
  std::vector<std::string> aliases;
  bool cacheable = false;  // the core may keep the rows between two runs of a schedule
  bool user_data = false;
};

// New values of a row, in the order of the columns.
class Values;
Result<void> read(const Values& values, size_t column, Text& cell);
Result<void> read(const Values& values, size_t column, Int& cell);
Result<void> read(const Values& values, size_t column, Unsigned& cell);
Result<void> read(const Values& values, size_t column, Real& cell);
Result<void> read(const Values& values, size_t column, Blob& cell);

// The protocol of tables; what is under it is a Table or one of a spec.
class TablePlugin : public Plugin {
 public:
  const std::string& name() const { return shape_.name; }
  Response routes() const override;
  Answer call(const Call& call) override;

 protected:
  explicit TablePlugin(Shape shape) : shape_(std::move(shape)) {}
  virtual Result<std::unique_ptr<sql::Scanner>> open(sql::QueryBase query) const = 0;
  // A table that can be written to has rows with a number, which its scanners
  // give as the value after the last column.
  virtual bool numbered() const { return false; }
  virtual Result<int64_t> insert(const Values& values, Int id) const;
  virtual Result<void> update(int64_t id, int64_t new_id, const Values& values) const;
  virtual Result<void> remove(int64_t id) const;

  Shape shape_;

 private:
  Answer generate(const Call& call) const;
  Result<int64_t> write(const std::string& action, const Request& request) const;
};

template <class Row>
using Member = std::variant<Text Row::*, Int Row::*, Unsigned Row::*, Real Row::*, Blob Row::*>;

template <class Row>
struct Column {
  std::string name, description;
  Member<Row> member;
  Trait traits;
  std::vector<std::string> aliases = {};

  // A further name, which SELECT * does not show.
  Column alias(std::string other) && {
    aliases.push_back(std::move(other));
    return std::move(*this);
  }
};

template <class Row, class Cell>
Column<Row> column(std::string name, Cell Row::*member, std::string description, Trait traits = plain) {
  return {std::move(name), std::move(description), member, traits};
}

// What one SELECT asks of the table. Scans take it by value.
template <class Row>
class Query : private sql::QueryBase {
 public:
  // The machine; skip(error) notes that a row could not be read, warn(text)
  // tells the operator something else.
  using sql::QueryBase::host;
  using sql::QueryBase::skip;
  using sql::QueryBase::warn;

  // True when the query uses this column.
  template <class Cell>
  bool needs(Cell Row::*member) const {
    return needs_column(index(member));
  }
  // What the query says about this column.
  const Key<std::string>& key(Text Row::*member) const { return std::get<Key<std::string>>(keys_[index(member)]); }
  const Key<int64_t>& key(Int Row::*member) const { return std::get<Key<int64_t>>(keys_[index(member)]); }
  // True when nobody waits for the rows any more; a scan that works long between two rows asks.
  bool cancelled() const { return host().access().stop && *host().access().stop; }

  // For the table.
  Query(sql::QueryBase base, const std::vector<Column<Row>>& columns) : QueryBase(std::move(base)), columns_(&columns), keys_(columns.size()) {
    for (size_t i = 0; i < keys_.size(); ++i)
      if (std::holds_alternative<Int Row::*>(columns[i].member)) keys_[i] = Key<int64_t>();
  }
  void constrain(size_t column, const sql::Constraint& constraint) {
    std::visit([&](auto& k) { sql::apply(k, constraint); }, keys_[column]);
  }

 private:
  template <class Cell>
  size_t index(Cell Row::*member) const {
    for (size_t i = 0; i < columns_->size(); ++i)
      if ((*columns_)[i].member == Member<Row>(member)) return i;
    throw std::logic_error("the scan asks for a member of its row that is no column");
  }

  const std::vector<Column<Row>>* columns_;
  std::vector<std::variant<Key<std::string>, Key<int64_t>>> keys_;  // of cells of other types: never asked for
};

// How rows are changed. What is left empty is refused: the table is read-only for it.
template <class Row>
struct Writes {
  // The number by which the others know a row; need not be a column.
  Int Row::*id;
  // Gives the new row's number; row.*id is the one that SQL chose, if it did.
  std::function<Result<int64_t>(const Row& row)> insert;
  // row.*id differs from `id` when the row gets another number.
  std::function<Result<void>(int64_t id, const Row& row)> update;
  std::function<Result<void>(int64_t id)> remove;
};

template <class Row>
class RowScanner final : public sql::Scanner {
 public:
  using Scan = std::function<Rows<Row>(Query<Row>)>;
  RowScanner(sql::QueryBase query, const std::vector<Column<Row>>& columns, const Scan& scan, Int Row::*id)
      : query_(std::move(query), columns), columns_(columns), scan_(scan), id_(id) {}

  void constrain(int column, const sql::Constraint& constraint) override { query_.constrain(static_cast<size_t>(column), constraint); }
  void start() override { rows_.emplace(scan_(query_)); }
  bool next() override { return rows_->next(); }
  const std::optional<Error>& error() const override { return rows_->error(); }
  sql::Value value(int column) const override {
    const auto at = static_cast<size_t>(column);
    if (at == columns_.size()) return id_ ? sql::to_value(rows_->row().*id_) : sql::Value{};
    return std::visit([&](auto member) { return sql::to_value(rows_->row().*member); }, columns_[at].member);
  }

 private:
  Query<Row> query_;
  const std::vector<Column<Row>>& columns_;
  const Scan& scan_;
  Int Row::*id_;
  std::optional<Rows<Row>> rows_;
};

template <class Row>
class Table final : public TablePlugin {
 public:
  using Scan = typename RowScanner<Row>::Scan;
  Table(std::string name, std::vector<Column<Row>> columns, Scan scan)
      : TablePlugin(shape(std::move(name), columns)), columns_(std::move(columns)), scan_(std::move(scan)) {}

  Table writable(Writes<Row> writes) && {
    writes_ = std::move(writes);
    return std::move(*this);
  }
  // A further name of the table.
  Table alias(std::string other) && {
    shape_.aliases.push_back(std::move(other));
    return std::move(*this);
  }
  // The core may keep the rows from one run of a scheduled query to the next.
  Table cacheable() && {
    shape_.cacheable = true;
    return std::move(*this);
  }

 private:
  static constexpr sql::Type types[] = {sql::Type::text, sql::Type::bigint, sql::Type::unsigned_bigint, sql::Type::real, sql::Type::blob};
  static Shape shape(std::string name, const std::vector<Column<Row>>& columns) {
    Shape shape{std::move(name), {}, {}};
    for (const auto& c : columns) {
      const std::string group = (c.traits & required) == required ? c.name : "";
      shape.columns.push_back({c.name, types[c.member.index()], c.traits, c.aliases, group});
    }
    return shape;
  }

  Result<std::unique_ptr<sql::Scanner>> open(sql::QueryBase query) const override {
    return std::unique_ptr<sql::Scanner>(new RowScanner<Row>(std::move(query), columns_, scan_, writes_.id));
  }

  Result<Row> row(const Values& values) const {
    Row row;
    for (size_t i = 0; i < columns_.size(); ++i) {
      auto done = std::visit([&](auto member) { return read(values, i, row.*member); }, columns_[i].member);
      if (!done) return std::move(done.error()).within("column '" + columns_[i].name + "'");
    }
    return row;
  }
  bool numbered() const override { return writes_.id; }
  Result<int64_t> insert(const Values& values, Int id) const override {
    if (!writes_.insert) return TablePlugin::insert(values, id);
    auto row = this->row(values);
    if (!row) return row.error();
    if (id) (*row).*writes_.id = id;
    return writes_.insert(*row);
  }
  Result<void> update(int64_t id, int64_t new_id, const Values& values) const override {
    if (!writes_.update) return TablePlugin::update(id, new_id, values);
    auto row = this->row(values);
    if (!row) return row.error();
    (*row).*writes_.id = new_id;
    return writes_.update(id, *row);
  }
  Result<void> remove(int64_t id) const override { return writes_.remove ? writes_.remove(id) : TablePlugin::remove(id); }

  std::vector<Column<Row>> columns_;
  Scan scan_;
  Writes<Row> writes_ = {};
};

template <class Row>
Table<Row> table(std::string name, std::vector<Column<Row>> columns, typename Table<Row>::Scan scan) {
  return {std::move(name), std::move(columns), std::move(scan)};
}

}  // namespace vigil::sdk
