// SPDX-License-Identifier: Apache-2.0
// File capabilities: the extended attribute security.capability,
// capabilities(7) and linux/capability.h.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vigil::parse {

// As getcap(8) shows them: "cap_net_admin,cap_net_raw=ep"; with " [rootid=n]" for
// those of a user namespace. Empty when no capability is set.
Result<std::string> file_capabilities(std::string_view bytes);

}  // namespace vigil::parse
