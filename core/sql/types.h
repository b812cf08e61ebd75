// SPDX-License-Identifier: Apache-2.0
// The SQL types of a statement's result columns.
#pragma once

#include <vector>

#include "core/sql/connection.h"

struct sqlite3;
struct sqlite3_stmt;

namespace vigil::sql {

// Declared types where a column is a table's; otherwise told from the bytecode:
// comparisons INTEGER, arithmetic and aggregates BIGINT, text TEXT, casts their
// own; else UNKNOWN.
std::vector<ColumnType> result_types(sqlite3* db, sqlite3_stmt* statement);

}  // namespace vigil::sql
