// SPDX-License-Identifier: Apache-2.0
// osquery_flags: the flags of this program with their values.

#include "osquery_flags.gen.h"

#include "core/sql/engine.h"

namespace vigil::tables::osquery_flags {

sql::Rows<Row> scan(Query query) {
  for (const sql::FlagInfo& flag : query.engine().flags()) {
    Row row;
    row.name = flag.name;
    row.type = flag.type;
    row.description = flag.description;
    row.default_value = flag.default_value;
    row.value = flag.value;
    row.shell_only = flag.shell_only;
    co_yield row;
  }
}

}  // namespace vigil::tables::osquery_flags
