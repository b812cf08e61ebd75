#include "core/sql/types.h"
namespace vigil::sql {
std::vector<ColumnType> result_types(sqlite3*, sqlite3_stmt*) { return {}; }
}  // namespace vigil::sql
