// SPDX-License-Identifier: Apache-2.0
// One line of /proc/<pid>/mountinfo, as proc_pid_mountinfo(5) describes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vigil::parse {

struct Mount {
  int64_t id = 0;
  std::string device, path, type;
  std::string options;  // those of the mount, then those of the file system, each once
};

Result<Mount> mountinfo(std::string_view line);

// True for types whose server may be away: nfs, cifs, fuse ...
bool is_network_filesystem(std::string_view type);

}  // namespace vigil::parse
