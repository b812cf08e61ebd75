// SPDX-License-Identifier: Apache-2.0
// Session: what the virtual tables of one connection share.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include "core/sql/engine.h"
#include "core/sql/table.h"
#include "core/sql/whole.h"

namespace vigil::sql {

// The scans of the running statement whose rows were kept, so that a join does
// not read the same thing again for each outer row.
class Memo {
 public:
  // The finished scan for these keys, or null.
  const Cursor* find(const std::string& key) const;
  // True when a scan of these keys began earlier in this statement.
  bool seen(const std::string& key) { return !seen_.insert(key).second; }
  bool has_room(size_t bytes) const { return bytes_ + bytes <= limit; }
  void keep(const std::string& key, std::unique_ptr<Cursor> complete);
  // All rows of the table that `plan` scans; null when they cannot be held. Made by `read` when first asked for.
  const Whole* whole(const std::string& plan, const std::function<std::unique_ptr<Whole>()>& read);
  void clear();

 private:
  static constexpr size_t limit = 32 * 1024 * 1024;  // bytes of rows a statement may keep
  std::map<std::string, std::unique_ptr<Cursor>> complete_;
  std::set<std::string> seen_;
  std::map<std::string, std::unique_ptr<Whole>> wholes_;  // by plan
  size_t bytes_ = 0;
};

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

// "Table x was queried without a required column ...", naming the column.
std::string missing_column(const TableInfo& table, int column);

}  // namespace vigil::sql
