// SPDX-License-Identifier: Apache-2.0
// The files that a configuration's Include names: a path with glob(7) patterns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/host/host.h"

namespace vigil {

// Paths that `pattern`, an absolute one, leads to, in the order of glob(3); at
// most `max` of them. A pattern without wildcards is its own answer, whether
// it exists or not.
std::vector<std::string> include_files(const Host& host, std::string_view pattern, size_t max);

}  // namespace vigil
