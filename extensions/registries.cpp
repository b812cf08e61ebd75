// SPDX-License-Identifier: Apache-2.0
#include "extensions/registries.h"

#include <algorithm>
#include <iterator>

namespace vigil::extensions {

bool open_registry(std::string_view name) {
  constexpr std::string_view open[] = {"config", "database", "distributed", "enroll", "logger", "sql", "table"};
  return std::find(std::begin(open), std::end(open), name) != std::end(open);
}

}  // namespace vigil::extensions
