// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/executable.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <string>

#include "core/base/safe_path.h"

namespace vigil::watch {
namespace {

Result<void> check_file(const std::string& path, const struct stat& opened) {
  if (auto safe = check_safe_program(path); !safe) return safe;

  // What the path led to now has to be what was opened before.
  struct stat now;
  if (::lstat(path.c_str(), &now) != 0) return os_error("stat", path, errno);
  if (now.st_dev != opened.st_dev || now.st_ino != opened.st_ino) return Error{"'" + path + "' was replaced while it was checked"};
  return {};
}

}  // namespace

Result<Fd> open_executable(const std::string& path, bool allow_unsafe) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat opened;
  if (!file || ::fstat(file.get(), &opened) != 0) return os_error("open", path, errno);
  if (allow_unsafe) return file;
  if (auto safe = check_file(path, opened); !safe) return std::move(safe.error()).within("unsafe program");
  return file;
}

Result<Fd> open_own_executable(bool allow_unsafe) {
  char path[PATH_MAX];
  const ssize_t n = ::readlink("/proc/self/exe", path, sizeof path);
  if (n < 0) return os_error("readlink", "/proc/self/exe", errno);
  return open_executable(std::string(path, static_cast<size_t>(n)), allow_unsafe);
}

}  // namespace vigil::watch
