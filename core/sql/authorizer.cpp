// SPDX-License-Identifier: Apache-2.0
#include "core/sql/authorizer.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>

namespace vigil::sql {
namespace {

bool harmless_pragma(const char* name) {
  constexpr const char* allowed[] = {"table_info", "table_xinfo", "function_list", "journal_mode", "case_sensitive_like", "collation_list"};
  return std::any_of(std::begin(allowed), std::end(allowed), [&](const char* a) { return name && sqlite3_stricmp(name, a) == 0; });
}

}  // namespace

int authorize_reading(int action, const char* first) {
  switch (action) {
    case SQLITE_READ:
    case SQLITE_SELECT:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE: return SQLITE_OK;
    // A table-valued function (json_each, generate_series) and our own tables
    // are looked up as if they were being created.
    case SQLITE_CREATE_VTABLE: return SQLITE_OK;
    case SQLITE_PRAGMA: return harmless_pragma(first) ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
  }
}

}  // namespace vigil::sql
