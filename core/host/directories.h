// SPDX-License-Identifier: Apache-2.0
// Finding the directories where programs of one kind put their things.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/host/host.h"

namespace vigil {

// The paths that match `pattern`: an absolute path whose components may hold
// one `*`, which stands for any text but not for a first dot. A component
// without one is taken as it is and need not exist. In each directory, real
// directories come before links to them, each in order; a thousand matches at
// most, because homes belong to users.
std::vector<std::string> matching_directories(const Host& host, std::string_view pattern);

}  // namespace vigil
