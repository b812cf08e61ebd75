// SPDX-License-Identifier: Apache-2.0
// The last result of a query as osquery stored it, so that a store which it
// wrote goes on without a burst of "added".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/store/store.h"
#include "osqueryd/results/row_set.h"

namespace vigil::results {

// A JSON array of flat objects that have the same names; nothing when it is
// anything else. Names are in order, so that rows compare with those of a RowSet.
std::optional<RowSet> parse_osquery_rows(const std::string& json);

// A packed row as osquery would have stored and read it: NULL is empty text, a
// blob is text up to its first NUL, and text is escaped.
std::string as_osquery(std::string_view packed);

struct OsqueryState {
  uint64_t epoch = 0, counter = 0;
  std::string sql;
  RowSet rows;
};

// Nothing when there is none, or none that can be read.
Result<std::optional<OsqueryState>> read_osquery_state(const store::Store& store, const std::string& name);
void erase_osquery_state(const std::string& name, store::Batch& batch);

}  // namespace vigil::results
