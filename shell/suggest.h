// SPDX-License-Identifier: Apache-2.0
// "did you mean": names close to one that does not exist.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/sql/connection.h"

namespace vigil::shell {

// The tables, by name or alias, that `sql` mentions.
std::vector<const sql::TableInfo*> tables_in(std::string_view sql, std::span<const sql::Table* const> tables);

// The names of all SQL functions.
std::vector<std::string> function_names(sql::Connection& connection);

// `message`, SQLite's about `sql`, with a suggestion where one can be made.
std::string with_suggestion(const std::string& message, std::string_view sql, sql::Connection& connection);

}  // namespace vigil::shell
