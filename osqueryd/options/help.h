// SPDX-License-Identifier: Apache-2.0
// What --help and its relatives print.
#pragma once

#include <functional>
#include <string>

#include "osqueryd/options/options.h"

namespace vigil {

// The flags of one role, hidden ones left out, below a word on usage.
std::string help_text(Role role, const std::string& program, const std::string& version);

// Every flag that `wanted` wants, with type and default.
std::string full_help_text(const std::string& program, const std::string& version, const std::function<bool(const OptionInfo&)>& wanted);

}  // namespace vigil
