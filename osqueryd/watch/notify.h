// SPDX-License-Identifier: Apache-2.0
// What a service tells its manager: sd_notify(3), spoken without libsystemd.
#pragma once

#include <cstdint>
#include <string_view>

namespace vigil::watch {

// Sends `state` ("READY=1") to the socket that NOTIFY_SOCKET names; does nothing without one.
void notify(std::string_view state);
// Microseconds within which systemd wants a sign of life; 0: it does not ask for one.
int64_t watchdog_interval();

}  // namespace vigil::watch
