#include "core/sql/functions.h"
namespace vigil::sql {
int add_functions(sqlite3*, const Host&) { return 0; }
int add_collations(sqlite3*) { return 0; }
}  // namespace vigil::sql
