// SPDX-License-Identifier: Apache-2.0
// Autoload: which extensions are to be started, from a list of paths in a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vigil::extensions {

struct ListedPath {
  std::string_view path;
  uint32_t line = 0;
};
// The paths of a list: one a line; blank lines and those that start with # or ; are none.
std::vector<ListedPath> parse_autoload(std::string_view text);

struct Candidate {
  std::string path;    // absolute
  std::string origin;  // where it is named: "/etc/osquery/extensions.load:3"
};

inline constexpr size_t most_extensions = 64;

// What a list names, in its order and each program once. Whether a program is
// safe to run is found out when it is started.
struct Autoload {
  std::vector<Candidate> candidates;
  std::vector<std::string> warnings;  // what is left out, where it is named, and why
  std::vector<std::string> notes;     // what is left out and needs no mending
};

// Reads the list `file`; directories in it stand for the files below them. An
// empty name is no list, one that does not exist a note.
Autoload read_autoload(const std::string& file);
// The extension of --extension, which needs no special name.
void add_extension(Autoload& autoload, const std::string& path);

// Nothing if the program at `path` may be started: it and all that leads to it
// can be changed by root and the effective user alone, see core/base/safe_path.
// With `allow_unsafe`, whenever it can be started at all.
Result<void> check_extension(const std::string& path, bool allow_unsafe);

}  // namespace vigil::extensions
