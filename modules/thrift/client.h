// SPDX-License-Identifier: Apache-2.0
// The client's side of the module.
#pragma once

#include <memory>
#include <string>

#include "core/base/fd.h"
#include "extensions/client.h"

namespace vigil::extensions {

// On a connected socket, which `path` names in errors.
std::unique_ptr<Client> make_client(std::string path, Fd socket);
Result<std::unique_ptr<Client>> connect_client(const std::string& path, const Bounds& bounds);

}  // namespace vigil::extensions
