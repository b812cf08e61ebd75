// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace vigil {

// A random UUID (version 4), in lower case.
std::string random_uuid();

}  // namespace vigil
