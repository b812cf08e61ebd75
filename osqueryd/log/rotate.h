// SPDX-License-Identifier: Apache-2.0
// Rotation of a log file: x.log becomes x.log.1, that x.log.2.zst, that x.log.3.zst ...
#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.h"

namespace vigil::log {

// Makes room for a new file at `path`; files numbered `most` and above go.
// Interrupted at any point it loses nothing, and the next call goes on.
Result<void> rotate(const std::string& path, uint64_t most);

}  // namespace vigil::log
