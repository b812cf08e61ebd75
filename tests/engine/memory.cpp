// SPDX-License-Identifier: Apache-2.0
// memory: a cacheable table, to show that a statement scans it once.
#include "memory.gen.h"

#include "core/parse/text.h"

namespace vigil::tables::memory {

sql::Rows<Row> scan(Query query) {
  const std::string text = co_await query.host().read("/memory");
  for (const std::string_view line : parse::lines(text)) {
    Row row;
    row.line = std::string(line);
    co_yield row;
  }
}

}  // namespace vigil::tables::memory
