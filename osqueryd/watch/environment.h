// SPDX-License-Identifier: Apache-2.0
// The environment that children of this process get.
#pragma once

#include <string>
#include <vector>

namespace vigil::watch {

// NAME=VALUE of all variables but those that were meant for this process alone.
std::vector<std::string> environment_for_children();

}  // namespace vigil::watch
