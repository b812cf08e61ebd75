// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/extend/core_plugins.h"

#include "osqueryd/results/format.h"

namespace vigil::extend {

std::string value(const extensions::Request& request, const std::string& name) {
  const auto at = request.find(name);
  return at == request.end() ? "" : at->second;
}

extensions::Response text_rows(const results::RowSet& rows) {
  extensions::Response response;
  response.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    auto& cells = response.emplace_back();
    results::Unpacker unpacker(rows.packed(i));
    sql::Value value;
    // The columns are sorted, as the row is.
    for (const std::string& name : rows.columns()) {
      if (!unpacker.next(value)) break;
      cells.emplace_hint(cells.end(), name, results::text_of(value, ""));
    }
  }
  return response;
}

}  // namespace vigil::extend
