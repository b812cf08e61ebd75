// SPDX-License-Identifier: Apache-2.0
// Tables described as text.
#pragma once

#include <string>

#include "core/sql/table.h"

namespace vigil::shell {

// "CREATE TABLE t(`a` TEXT, ..., PRIMARY KEY (`a`)) WITHOUT ROWID;", as osquery
// prints it. It tells what the columns are; our tables are not made from it.
std::string create_text(const sql::TableInfo& table);

// What the table and its columns mean and where they are read from, as SQL comments.
std::string comments(const sql::TableInfo& table);

}  // namespace vigil::shell
