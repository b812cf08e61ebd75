// SPDX-License-Identifier: Apache-2.0
// What the configuration of the SSH server says, sshd_config(5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/host/host.h"

namespace vigil {

// The arguments of `keyword` (lower case) outside of Match blocks; the first
// setting counts. Empty when there is none. Files named by Include are read in
// their place.
std::vector<std::string> sshd_option(const Host& host, std::string_view keyword);

}  // namespace vigil
