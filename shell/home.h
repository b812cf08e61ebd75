// SPDX-License-Identifier: Apache-2.0
// The shell's own directory, for its history, socket and database.
#pragma once

#include <string>

#include "core/base/result.h"

namespace vigil::shell {

// ".osquery" in $HOME when that is writable, else in the home directory of the
// user database, else a new directory for temporary files. Made when it is not there.
Result<std::string> home_directory();

}  // namespace vigil::shell
