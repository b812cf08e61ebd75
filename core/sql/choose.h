// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/sql/table.h"

namespace vigil::sql {

// The tables that exist for SQL. `enable` and `disable` are lists with commas,
// of names or aliases: what is disabled is gone, and when something is enabled,
// all others are.
std::vector<const Table*> choose_tables(std::span<const Table* const> all, std::string_view enable, std::string_view disable);

}  // namespace vigil::sql
