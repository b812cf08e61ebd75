// SPDX-License-Identifier: Apache-2.0
// What the parts of the virtual table protocol share: planning, scanning and
// changing rows.
#pragma once

#include <sqlite3.h>

#include <string>
#include <vector>

#include "core/sql/table.h"
#include "core/sql/vtab.h"

namespace vigil::sql {

// One table on one connection.
struct Module {
  const Table& table;
  Session& session;
  std::vector<int> columns;  // SQL column to table column: the aliases follow the columns
};

struct Vtab : sqlite3_vtab {
  const Module* module;
};

inline const Module& module_of(sqlite3_vtab* vtab) { return *static_cast<Vtab*>(vtab)->module; }

inline int fail(sqlite3_vtab* vtab, const std::string& message, int code = SQLITE_ERROR) {
  sqlite3_free(vtab->zErrMsg);
  vtab->zErrMsg = sqlite3_mprintf("%s", message.c_str());
  return code;
}

// True for the letter of a plan's constraint that names values or a pattern.
inline bool selects(char op) { return op == 'e' || op == 'i' || op == 'l' || op == 'g'; }

// The value as the SQL engine holds it; its bytes live as long as it does.
Value from_sqlite(sqlite3_value* v);

// xBestIndex.
int best_index(sqlite3_vtab* vtab, sqlite3_index_info* info);
// xUpdate, of tables that can be changed.
int change(sqlite3_vtab* vtab, int argc, sqlite3_value** argv, sqlite3_int64* rowid);

}  // namespace vigil::sql
