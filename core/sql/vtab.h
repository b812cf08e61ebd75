// SPDX-License-Identifier: Apache-2.0
// Session: what the virtual tables of one connection share.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include "core/sql/engine.h"
#include "core/sql/memo.h"
#include "core/sql/table.h"

namespace vigil::sql {

struct Session {
  Session(Host host, const Engine& engine) : host(std::move(host)), engine(engine) {}

  Host host;
  const Engine& engine;
  std::atomic<bool> stop = false;
  Report report;
  Memo memo;
  int open_cursors = 0;

  // Columns that the statement being prepared reads, of tables with more
  // columns than SQLite's 64-bit mask can tell apart. The authorizer fills it.
  std::map<std::string, std::set<std::string>, std::less<>> wide_reads;
  // The statement being prepared names rows that it has read, to change them.
  bool names_rows = false;
  // What the table calls each row whose rowid SQLite was told, in such a statement.
  std::map<const Table*, std::unordered_map<int64_t, RowId>> named;
  // Why the last plan was refused for want of a required column.
  std::string unmet;
};

// Makes `table` visible to SQL on `db`, under its name and its aliases. Both
// the table and the session have to outlive the connection.
int attach(sqlite3* db, const Table& table, Session& session);
// Takes it away again.
int detach(sqlite3* db, const Table& table);

// "Table x was queried without a required column ...", naming the column.
std::string missing_column(const TableInfo& table, int column);

}  // namespace vigil::sql
