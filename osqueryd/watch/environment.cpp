// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/environment.h"

#include <unistd.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "osqueryd/watch/names.h"

namespace vigil::watch {

std::vector<std::string> environment_for_children() {
  // Children speak to systemd through this process alone.
  const std::initializer_list<std::string_view> own = {"NOTIFY_SOCKET",          "WATCHDOG_USEC",     "WATCHDOG_PID",
                                                       worker_variable,          report_variable,     last_end_variable,
                                                       extension_board_variable, extensions_variable, launcher_variable};
  std::vector<std::string> all;
  for (char** variable = ::environ; *variable; ++variable) {
    const std::string_view name = std::string_view(*variable).substr(0, std::string_view(*variable).find('='));
    if (std::find(own.begin(), own.end(), name) == own.end()) all.emplace_back(*variable);
  }
  return all;
}

}  // namespace vigil::watch
