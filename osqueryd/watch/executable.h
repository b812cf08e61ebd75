// SPDX-License-Identifier: Apache-2.0
// The program's own file, as what the watcher starts again and again.
#pragma once

#include "core/base/fd.h"
#include "core/base/result.h"

namespace vigil::watch {

// Opens a program to start it by descriptor, so that the file that was checked
// is the file that runs. Unless `allow_unsafe`: a regular file of root or the
// effective user that its owner may run, that nobody else may replace, and
// that stands in no directory like /tmp. `path` is absolute and without links.
Result<Fd> open_executable(const std::string& path, bool allow_unsafe);
// The same for the file that this process runs.
Result<Fd> open_own_executable(bool allow_unsafe);

}  // namespace vigil::watch
