// SPDX-License-Identifier: Apache-2.0
// Files of /proc and of control groups: one read, one write, no buffers kept.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vigil::watch {

// At most 64 KiB.
Result<std::string> read_small(const std::string& path);
// The whole text in one write, as the kernel's files want it; makes no file.
Result<void> write_small(const std::string& path, std::string_view text);

}  // namespace vigil::watch
