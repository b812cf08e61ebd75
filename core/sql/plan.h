// SPDX-License-Identifier: Apache-2.0
// Plan: what the query planner decided about one scan, as text.
//
// SQLite keeps the text (idxStr) with the prepared statement, so a plan
// carries its own state and nothing is remembered between prepare and step.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::sql {

struct Plan {
  // One constraint that the scan is given: `op` is one of
  //   e equal   i IN, all values at once   l LIKE   g GLOB   > < ] [  (] is >=, [ is <=)
  struct Given {
    char op;
    int column;
  };
  std::string table;
  uint64_t sources = 0;
  std::vector<bool> columns;
  int missing = -1;  // a required column without which the scan must fail, or -1
  std::vector<Given> given;

  std::string text() const;
  static Plan parse(std::string_view text);
};

}  // namespace vigil::sql
