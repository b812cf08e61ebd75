// SPDX-License-Identifier: Apache-2.0
#include "shell/home.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <random>
#include <vector>

namespace vigil::shell {
namespace {

// True when `path` is, or now is, a directory of this user.
bool make_own_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return false;
  struct stat s;
  return ::stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode) && s.st_uid == ::geteuid();
}

std::string home_of_user_database() {
  std::vector<char> buffer(16384);
  struct passwd entry;
  struct passwd* found = nullptr;
  if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || !found) return {};
  return found->pw_dir;
}

}  // namespace

Result<std::string> home_directory() {
  const char* home = std::getenv("HOME");
  std::string base = home ? home : "";
  if (base.empty() || ::access(base.c_str(), W_OK) != 0) base = home_of_user_database();
  if (!base.empty() && make_own_directory(base + "/.osquery")) return base + "/.osquery";

  const char* temporary = std::getenv("TMPDIR");
  const std::string prefix = std::string(temporary && *temporary ? temporary : "/tmp") + "/osquery-";
  std::random_device random;
  for (int attempt = 0; attempt < 100; ++attempt) {
    // A directory that was there before is another's: its name is easy to guess.
    const std::string path = prefix + std::to_string(20000 + random() % 10000);
    if (::mkdir(path.c_str(), 0700) == 0) return path;
    if (errno != EEXIST) return os_error("make directory", path, errno);
  }
  return Error{"no directory for the shell's files"};
}

}  // namespace vigil::shell
