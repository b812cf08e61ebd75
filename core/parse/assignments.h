// SPDX-License-Identifier: Apache-2.0
// Files of shell-like assignments, NAME=value: os-release(5) and its kind.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vigil::parse {

// Names and values in file order, quotes and their escapes undone. Comments,
// empty lines and lines that are no assignment are left out. Nothing is
// expanded: a $NAME in a value stays as it is.
std::vector<std::pair<std::string, std::string>> assignments(std::string_view text);

}  // namespace vigil::parse
