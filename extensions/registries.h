// SPDX-License-Identifier: Apache-2.0
// The registries: the kinds of plugins that exist.
#pragma once

#include <string_view>

namespace vigil::extensions {

// True for a registry to which an extension may add plugins.
bool open_registry(std::string_view name);

}  // namespace vigil::extensions
