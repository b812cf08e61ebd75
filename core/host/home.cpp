// SPDX-License-Identifier: Apache-2.0
#include "core/host/home.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace vigil {
namespace {

std::string path_of(int fd) {
  char target[PATH_MAX];
  const ssize_t n = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), target, sizeof target);
  return n < 0 ? std::string() : std::string(target, static_cast<size_t>(n));
}

// True when everyone may search all directories above the open file. The path
// comes from the kernel, so no link on it can be exchanged by a user.
bool all_may_reach(const Host& host, int fd) {
  const std::string top = path_of(host.root().fd());
  std::string path = path_of(fd);
  if (top.empty() || !path.starts_with(top)) return false;
  if (top != "/") path.erase(0, top.size());
  if (!path.starts_with('/')) return false;
  for (size_t end = path.rfind('/'); end > 0; end = path.rfind('/', end - 1)) {
    const auto directory = host.stat(std::string_view(path).substr(0, end));
    if (!directory || !(directory->mode & S_IXOTH)) return false;
  }
  return true;
}

uint32_t owner_of_root(const Host& host) {
  if (host.kind() != Host::Kind::container) return 0;
  const auto top = host.stat("/");
  return top ? top->uid : 0;
}

bool may_read(const Host& host, const parse::User& user, int fd, const struct stat& file) {
  if (user.uid == 0) return true;
  const uint32_t root = owner_of_root(host);
  if (file.st_uid == root + static_cast<uint32_t>(user.uid)) return true;
  return file.st_uid == root && (file.st_mode & S_IROTH) && all_may_reach(host, fd);
}

}  // namespace

std::string home_path(const parse::User& user, std::string_view name) {
  if (!user.home.starts_with('/')) return {};
  std::string path = user.home;
  while (path.ends_with('/')) path.pop_back();
  return (path += '/') += name;
}

Result<std::string> read_as(const Host& host, const parse::User& user, std::string_view path, size_t max) {
  if (path.empty()) return Error{"user '" + user.name + "' has no home directory", ENOENT};
  const auto fd = host.open(path);
  if (!fd) return fd.error();
  struct stat file;
  if (::fstat(fd->get(), &file) != 0) return os_error("read", path, errno);
  if (!S_ISREG(file.st_mode)) return Error{"read '" + std::string(path) + "': not a regular file", EINVAL};
  if (!may_read(host, user, fd->get(), file)) {
    return Error{"read '" + std::string(path) + "': belongs to uid " + std::to_string(file.st_uid) + ", which user '" + user.name + "' cannot read",
                 EACCES};
  }
  const size_t limit = max ? max : host.access().read_max;
  const auto too_large = [&] { return Error{"read '" + std::string(path) + "': larger than " + std::to_string(limit) + " bytes", EFBIG}; };
  if (file.st_size > 0 && static_cast<uint64_t>(file.st_size) > limit) return too_large();

  std::string text;
  while (true) {
    if (host.access().stop && host.access().stop->load(std::memory_order_relaxed)) return Error{"the query was cancelled", ECANCELED};
    const size_t old = text.size();
    text.resize(std::max(old + 4096, static_cast<size_t>(file.st_size) + 1));
    const ssize_t n = ::read(fd->get(), text.data() + old, text.size() - old);
    const int code = errno;
    text.resize(old + static_cast<size_t>(std::max<ssize_t>(n, 0)));
    if (n < 0 && code == EINTR) continue;
    if (n < 0) return os_error("read", path, code);
    if (n == 0) return text;
    if (text.size() > limit) return too_large();
  }
}

}  // namespace vigil
