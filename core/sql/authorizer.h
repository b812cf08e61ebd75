// SPDX-License-Identifier: Apache-2.0
// What SQL may do: read.
#pragma once

namespace vigil::sql {

// SQLITE_OK or SQLITE_DENY for what sqlite3_set_authorizer(3) asks about. INSERT,
// UPDATE and DELETE pass, because SQLite refuses them on a read-only database and
// on our tables with a better text: "table x may not be modified".
int authorize_reading(int action, const char* first);

}  // namespace vigil::sql
