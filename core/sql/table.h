// SPDX-License-Identifier: Apache-2.0
// What a table is to the engine: a description, and a way to open a scan of it.
//
// All of it is constant data, generated from the specs; nothing runs at start.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/sql/scan.h"

namespace vigil::sql {

enum class Type : uint8_t { text, integer, bigint, unsigned_bigint, real, blob, datetime };

// The type's name in SQL: "UNSIGNED BIGINT".
std::string_view type_name(Type type);

struct Column {
  std::string_view name;
  Type type;
  std::string_view description;
  uint8_t source;                             // index of the source it is read from
  bool key;                                   // the scan can start from pinned values
  bool additional;                            // a pinned value changes what is generated
  std::string_view required;                  // empty, or the group of columns of which one must be pinned
  bool optimized;                             // osquery's word; a set of IN values is always delivered at once here
  bool like;                                  // LIKE and GLOB are offered to the scan
  bool exact_like;                            // rows of a lone LIKE pattern that ends in % all match it
  bool hidden;                                // not in SELECT *
  std::string_view collate;                   // SQLite's name of the collation: NOCASE, VERSION_DPKG; empty: BINARY
  std::span<const std::string_view> aliases;  // further names, as hidden columns
  bool own_key = false;                       // a key that osquery does not have, so its schema must not show
};

struct Source {
  std::string_view name, description;
};

// How much a scan costs, so that joins start from the right table.
struct Cost {
  double rows;    // rows of an unpinned scan, about
  double scan;    // cost of an unpinned scan, in units of one cheap row
  double pinned;  // cost of the rows of one pinned value
};

struct TableInfo {
  std::string_view name, group, description;
  std::span<const Column> columns;
  std::span<const Source> sources;
  std::span<const unsigned> identity;  // columns that tell two rows apart
  std::span<const std::string_view> aliases, examples, notes;
  std::string_view library;  // module that holds the scan; empty: the executable
  std::string_view events;   // event source; empty: a table of now
  bool cacheable, user_data, utility;
  Cost cost;
  // Rows come from a program that is told what the query asks of them: bounds of
  // any number, a value of any collation of the column, and the values of IN one
  // by one where the column is not `optimized`.
  bool remote = false;
};

// A value on its way from a table to SQL or back.
struct Value {
  enum class Kind : uint8_t { null, integer, real, text, blob } kind = Kind::null;
  int64_t integer = 0;
  double real = 0;
  std::string_view bytes;
};

// SQL has no unsigned numbers: from 2^63 on the vtab layer makes decimal text of it.
inline Value unsigned_value(uint64_t number) {
  const auto same = static_cast<int64_t>(number);
  return {same >= 0 ? Value::Kind::integer : Value::Kind::text, same, 0, {}};
}

// One constraint that SQL puts on a column. IN gives all its values at once.
struct Constraint {
  enum class Op : uint8_t { equal, greater, greater_equal, less, less_equal, like, glob } op;
  std::span<const Value> values;
};

// What a change calls a row: its own number, or its place in one scan.
struct RowId {
  int64_t number = 0;
  uint64_t scan = 0;  // 0: the number stands for the row in every scan
};

// One scan: its constraints, then its rows.
class Scanner {
 public:
  virtual ~Scanner() = default;
  // All constraints come before start().
  virtual void constrain(int column, const Constraint& constraint) = 0;
  virtual void start() = 0;
  // False at the end or on error. Rows and their values live until the next call.
  virtual bool next() = 0;
  virtual const std::optional<Error>& error() const = 0;
  virtual Value value(int column) const = 0;
};

// What the engine asks of a scan beyond its rows.
class Cursor : public Scanner {
 public:
  // The same number for rows that `identity` calls the same.
  virtual uint64_t identity() const = 0;
  // Asked only of tables that can be changed.
  virtual RowId id() const { return {}; }
  // Keep the rows from here on, for replay(); call before start(). Switching it
  // off drops what was kept.
  virtual void remember(bool on) = 0;
  virtual size_t remembered_bytes() const = 0;
  // Instead of start(): the rows that `complete`, of the same table, remembered.
  // `complete` has to live as long.
  virtual void replay(const Cursor& complete) = 0;
};

// One change to the rows of a table.
struct Change {
  enum class Kind : uint8_t { insert, update, remove } kind;
  RowId row;                      // which one; not to insert
  std::optional<int64_t> number;  // the number that the statement gives the row
  std::span<const Value> values;  // of every column, in their order; none to remove
};

struct Changed {
  enum class Outcome : uint8_t { done, readonly, constraint, mismatch, failed } outcome;
  std::string message;  // why it is not done
  int64_t number = 0;   // of the row that was inserted
};

struct Table {
  TableInfo info;
  // Fails when the table's module cannot be loaded.
  Result<std::unique_ptr<Cursor>> (*open)(const Table& table, QueryBase query);
  // Null: the table cannot be changed. `stop`, which may be null, ends it early.
  Changed (*change)(const Table& table, const Change& change, const std::atomic<bool>* stop) = nullptr;
};

// Every table, sorted by name; generated.
std::span<const Table* const> all_tables();

}  // namespace vigil::sql
