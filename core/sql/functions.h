// SPDX-License-Identifier: Apache-2.0
// The SQL functions, aggregates and collations that osquery adds to SQLite's.
#pragma once

struct sqlite3;

namespace vigil {
class Host;
}

namespace vigil::sql {

// Registers all of them; an SQLite result code. `host` answers the functions
// that look at files and has to outlive the connection.
int add_functions(sqlite3* db, const Host& host);
int add_collations(sqlite3* db);

}  // namespace vigil::sql
