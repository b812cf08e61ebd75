// SPDX-License-Identifier: Apache-2.0
// Connection: SQL over the tables of one Host. Making one is cheap - a query
// may have its own - and nothing is shared between two.
//
// A connection and its statements belong to one thread; only cancel() may come
// from another, or from a signal handler.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/host/host.h"
#include "core/sql/engine.h"
#include "core/sql/table.h"

namespace vigil::sql {

// One running statement. Errors carry SQLite's result code.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  size_t columns() const;
  std::string_view name(size_t column) const;
  // Moves to the next row; false at the end.
  Result<bool> step();
  // The cell as SQLite's text, nothing for NULL; valid until the next step.
  std::optional<std::string_view> text(size_t column) const;
  // The cell with its own type; its bytes are valid until the next step.
  Value value(size_t column) const;

 private:
  friend class Connection;
  struct State;
  explicit Statement(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// A result column and its SQL type: declared, else told from how it is
// computed, else UNKNOWN.
struct ColumnType {
  std::string name, type;
};

class Connection {
 public:
  // `tables` and `engine` have to outlive the connection.
  Connection(std::span<const Table* const> tables, Host host, const Engine& engine);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Makes `name` stand for a SELECT, for as long as the connection lives. Fails
  // for a name that is taken and for what is no SELECT.
  Result<void> add_view(const std::string& name, const std::string& select);

  // From now on there are these tables and no others; they have to live as long
  // as the ones before. Between statements only.
  Result<void> use(std::span<const Table* const> tables);

  // The first statement of `sql`; `rest`, when given, becomes what follows it.
  // No value where there is no statement, only blanks and comments.
  Result<std::optional<Statement>> prepare(std::string_view sql, std::string_view* rest = nullptr);

  // The result columns of `sql`, without running it.
  Result<std::vector<ColumnType>> types(std::string_view sql);

  // What the engine will do for `sql`: one line for each scan, with the sources
  // it reads and the keys it starts from.
  Result<std::vector<std::string>> explain(std::string_view sql);

  // Ends the running statement with SQLITE_INTERRUPT at its next row or read.
  void cancel();
  // Makes the connection usable again after cancel().
  void resume();

  // Of the statement prepared last.
  const Report& report() const;
  std::span<const Table* const> tables() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// True when `sql` ends in a complete statement, so that a shell may run it.
bool complete(const std::string& sql);

}  // namespace vigil::sql
