// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/distributed/plugins.h"

namespace vigil::distributed {

Result<std::unique_ptr<Plugin>> make_plugin(const std::string& name, const FindPlugin& find) {
  if (name == "tls") return Error{"this build has no distributed plugin 'tls'"};
  auto plugin = find ? find(name) : nullptr;
  if (!plugin) return Error{"there is no distributed plugin '" + name + "'"};
  return plugin;
}

}  // namespace vigil::distributed
