// SPDX-License-Identifier: Apache-2.0
// What a machine calls itself: its names, architecture and hardware id.
#pragma once

#include <optional>
#include <string>

#include "core/host/host.h"

namespace vigil {

// The kernel's host name, as hostname(1) prints it.
Result<std::string> host_name(const Host& host);

// The machine architecture, as uname -m prints it. A directory answers from
// the line "machine NAME" of its file "@uname".
Result<std::string> machine(const Host& host);

// The id that the firmware gives the machine; nothing when it is absent, needs
// root, or is one of those that careless vendors give to all their machines.
std::optional<std::string> hardware_uuid(const Host& host);

}  // namespace vigil
