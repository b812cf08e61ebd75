// SPDX-License-Identifier: Apache-2.0
// The server's side of the module.
#pragma once

#include "extensions/thrift_module.h"

namespace vigil::extensions {

Result<void> serve_manager(int socket, ManagerService& service, const Peer& peer, const ServeLimits& limits);
Result<void> serve_extension(int socket, ExtensionService& service, const ServeLimits& limits);

}  // namespace vigil::extensions
