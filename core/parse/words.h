// SPDX-License-Identifier: Apache-2.0
// A line of a command language as words: the quoting of the shell's
// meta-commands, which is that of sqlite3(1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

// At most `limit` words; the rest is left out. Words are separated by blanks;
// '...' is taken literally; in "..." and outside of quotes \n, \r, \t, \\ and
// \NNN (octal) are undone, and any other \c is c.
std::vector<std::string> words(std::string_view line, size_t limit);

}  // namespace vigil::parse
