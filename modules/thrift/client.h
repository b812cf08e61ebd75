// SPDX-License-Identifier: Apache-2.0
// The client's side of the module.
#pragma once

#include <memory>
#include <string>

#include "extensions/client.h"

namespace vigil::extensions {

Result<std::unique_ptr<Client>> connect_client(const std::string& path, const Bounds& bounds);

}  // namespace vigil::extensions
