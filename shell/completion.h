// SPDX-License-Identifier: Apache-2.0
// What TAB offers.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/table.h"
#include "shell/edit.h"

namespace vigil::shell {

struct Vocabulary {
  std::span<const sql::Table* const> tables;
  std::vector<std::string> functions, commands;
};

// For the word that ends at `cursor`; `before` holds the earlier lines of the statement.
Completion complete(const Vocabulary& words, std::string_view before, std::string_view line, size_t cursor);

}  // namespace vigil::shell
