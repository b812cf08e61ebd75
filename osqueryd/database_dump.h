// SPDX-License-Identifier: Apache-2.0
// --database_dump.
#pragma once

#include "osqueryd/options/options.h"

namespace vigil {

// Prints all that the store holds; the exit code.
int dump_database(const OptionSet& options);

}  // namespace vigil
