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

}  // namespace vigil
