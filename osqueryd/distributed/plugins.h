// SPDX-License-Identifier: Apache-2.0
// The plugins for distributed queries that there are.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "osqueryd/distributed/plugin.h"

namespace vigil::distributed {

// A plugin that something other than this program offers; null when it has none of this name.
using FindPlugin = std::function<std::unique_ptr<Plugin>(const std::string& name)>;

// The plugin of this name: one of the program, else what `find`, which may be empty, knows.
Result<std::unique_ptr<Plugin>> make_plugin(const std::string& name, const FindPlugin& find);

}  // namespace vigil::distributed
