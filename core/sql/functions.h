// SPDX-License-Identifier: Apache-2.0
// The SQL functions, aggregates and collations that osquery adds to SQLite's.
#pragma once

struct sqlite3;

namespace vigil::sql {

struct Session;

// Registers all of them; an SQLite result code. The session has to outlive the
// connection: its host answers functions that look at files, its report takes
// their warnings.
int add_functions(sqlite3* db, Session& session);
int add_collations(sqlite3* db);

}  // namespace vigil::sql
