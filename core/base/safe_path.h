// SPDX-License-Identifier: Apache-2.0
// Whether a file is safe to run or to load as code.
#pragma once

#include <string>

#include "core/base/result.h"

namespace vigil {

// Nobody but root and the effective user may replace the file at `path`, which
// is absolute and without links: neither by writing to it nor by way of a
// directory above it.
Result<void> check_safe_path(std::string path);

// The same for a program: it also is a regular file that its owner may run, and
// stands in no directory like /tmp.
Result<void> check_safe_program(const std::string& path);

// The path without links that `path`, which is absolute, leads to. Each link on
// the way is one that only root or the effective user could have put there.
Result<std::string> follow_safe_links(const std::string& path);

}  // namespace vigil
