// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/small_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/fd.h"

namespace vigil::watch {

Result<std::string> read_small(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return os_error("open", path, errno);
  constexpr size_t most = 64 * 1024;
  std::string text;
  char part[4096];
  while (text.size() < most) {
    const ssize_t n = ::read(file.get(), part, sizeof part);
    if (n < 0) return os_error("read", path, errno);
    if (n == 0) break;
    text.append(part, static_cast<size_t>(n));
  }
  return text;
}

Result<void> write_small(const std::string& path, std::string_view text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return os_error("open", path, errno);
  const ssize_t n = ::write(file.get(), text.data(), text.size());
  if (n < 0) return os_error("write", path, errno);
  if (static_cast<size_t>(n) != text.size()) return Error{"write '" + path + "': cut short"};
  return {};
}

}  // namespace vigil::watch
