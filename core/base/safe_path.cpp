// SPDX-License-Identifier: Apache-2.0
#include "core/base/safe_path.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace vigil {
namespace {

// As the kernel does, see path_resolution(7).
constexpr int most_links = 40;

std::string directory_of(const std::string& path) { return path.substr(0, std::max<size_t>(path.rfind('/'), 1)); }

// Whether others may change it, or what it leads to.
Result<void> check_entry(const std::string& path, const struct stat& s) {
  if (s.st_uid != 0 && s.st_uid != ::geteuid()) return Error{"'" + path + "' belongs to user " + std::to_string(s.st_uid)};
  // A link has all permissions; its directory says who may replace it.
  const bool shared = !S_ISLNK(s.st_mode) && (s.st_mode & S_IWOTH);
  if (shared && !(S_ISDIR(s.st_mode) && (s.st_mode & S_ISVTX))) return Error{"'" + path + "' can be changed by every user"};
  return {};
}

}  // namespace

Result<void> check_safe_path(std::string path) {
  while (true) {
    struct stat s;
    if (::lstat(path.c_str(), &s) != 0) return os_error("stat", path, errno);
    if (auto safe = check_entry(path, s); !safe) return safe;
    if (path == "/") return {};
    path = directory_of(path);
  }
}

Result<void> check_safe_program(const std::string& path) {
  const std::string directory = directory_of(path);
  struct stat above, file;
  if (::lstat(directory.c_str(), &above) != 0) return os_error("stat", directory, errno);
  if (above.st_mode & S_ISVTX) return Error{"'" + directory + "' is a directory that users share"};
  if (::lstat(path.c_str(), &file) != 0) return os_error("stat", path, errno);
  if (!S_ISREG(file.st_mode)) return Error{"'" + path + "' is no regular file"};
  if (!(file.st_mode & S_IXUSR)) return Error{"'" + path + "' is not executable by its owner"};
  return check_safe_path(path);
}

Result<std::string> follow_safe_links(const std::string& path) {
  std::string reached, rest = path;
  for (int links = 0; !rest.empty();) {
    const size_t end = std::min(rest.find('/', 1), rest.size());
    const std::string name = rest.substr(0, end);  // with its slash
    rest.erase(0, end);
    if (name == "/" || name == "/.") continue;
    if (name == "/..") {
      reached.resize(reached.empty() ? 0 : reached.rfind('/'));
      continue;
    }
    const std::string next = reached + name;
    struct stat s;
    if (::lstat(next.c_str(), &s) != 0) return os_error("stat", next, errno);
    if (!S_ISLNK(s.st_mode)) {
      reached = next;
      continue;
    }
    if (++links > most_links) return os_error("follow", path, ELOOP);
    if (auto safe = check_entry(next, s); !safe) return std::move(safe.error());
    if (auto safe = check_safe_path(reached.empty() ? "/" : reached); !safe) return std::move(safe.error());
    char target[PATH_MAX];
    const ssize_t n = ::readlink(next.c_str(), target, sizeof target);
    if (n <= 0) return os_error("readlink", next, n < 0 ? errno : ENOENT);
    if (target[0] == '/') reached.clear();
    rest.insert(0, (target[0] == '/' ? "" : "/") + std::string(target, static_cast<size_t>(n)));
  }
  return reached.empty() ? "/" : reached;
}

}  // namespace vigil
