// SPDX-License-Identifier: Apache-2.0
// Whether a query or pack is meant for this host: its platform, the version
// that it needs, its share of a fleet.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/result.h"

namespace vigil::config {

enum class Platform : uint8_t { here, elsewhere, unknown };

// Linux is meant by no text at all, by the words any and all, and by linux,
// ubuntu, centos and posix anywhere in the text.
Platform platform(std::string_view text);

// True when `agent` is `required` or later, number by number; what follows a
// plus or minus does not count. An error when `required` is no version.
Result<bool> version_at_least(std::string_view required, std::string_view agent);

// From 0 to 100; a host takes part in shares of at least this many percent.
Result<int64_t> machine_number(std::string_view host_name);

}  // namespace vigil::config
