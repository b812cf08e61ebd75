// SPDX-License-Identifier: Apache-2.0
#include "core/base/safe_path.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace vigil {

Result<void> check_safe_path(std::string path) {
  while (true) {
    struct stat s;
    if (::lstat(path.c_str(), &s) != 0) return os_error("stat", path, errno);
    if (s.st_uid != 0 && s.st_uid != ::geteuid()) return Error{"'" + path + "' belongs to user " + std::to_string(s.st_uid)};
    const bool shared = s.st_mode & S_IWOTH;
    if (shared && !(S_ISDIR(s.st_mode) && (s.st_mode & S_ISVTX))) return Error{"'" + path + "' can be changed by every user"};
    if (path == "/") return {};
    const size_t slash = path.rfind('/');
    path.resize(slash == 0 ? 1 : slash);
  }
}

}  // namespace vigil
