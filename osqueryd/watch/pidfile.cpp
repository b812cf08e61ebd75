// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/pidfile.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include "core/parse/text.h"
#include "osqueryd/watch/small_file.h"

namespace vigil::watch {
namespace {

constexpr auto step = std::chrono::milliseconds(100);
// Of these steps, a holder gets the first ones for an orderly end.
constexpr int orderly_steps = 60, all_steps = 100;

bool same_file(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

// A link that another user left there must not make this process empty a file of its target.
Result<Fd> open_file(const std::string& path) {
  Fd file(::open(path.c_str(), O_CREAT | O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  struct stat s;
  if (!file || ::fstat(file.get(), &s) != 0) return os_error("open pidfile", path, errno);
  if (!S_ISREG(s.st_mode) || s.st_nlink > 1) return Error{"open pidfile '" + path + "': not a file of its own"};
  if (s.st_uid != 0 && s.st_uid != ::geteuid()) return Error{"open pidfile '" + path + "': it belongs to user " + std::to_string(s.st_uid)};
  return file;
}

// The file with its lock; nothing while another process has it.
Result<std::optional<Fd>> lock_file(const std::string& path) {
  while (true) {
    auto file = open_file(path);
    if (!file) return std::move(file.error());
    if (::flock(file->get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::optional<Fd>();
      return os_error("lock pidfile", path, errno);
    }
    // Its last holder may have removed it between the two calls: then this lock is on a file without a name.
    struct stat opened, named;
    if (::fstat(file->get(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && same_file(opened, named))
      return std::optional<Fd>(std::move(*file));
  }
}

std::optional<pid_t> holder(const std::string& path) {
  auto text = read_small(path);
  const auto pid = text ? parse::number<pid_t>(parse::trim(*text)) : std::nullopt;
  return pid && *pid > 1 ? pid : std::nullopt;
}

Error busy(const std::string& path, std::optional<pid_t> pid) {
  return {"pidfile '" + path + "' is held by " + (pid ? "process " + std::to_string(*pid) : "another process") + ", which still runs"};
}

// The file of a holder that ended, or an error.
Result<Fd> wrest(const std::string& path) {
  const auto pid = holder(path);
  auto name = read_small("/proc/" + std::to_string(pid.value_or(0)) + "/comm");
  if (!pid || !name || !name->starts_with("osqueryd")) return Error{busy(path, pid).message + " and is no osqueryd, so it is not killed"};
  ::kill(*pid, SIGTERM);
  for (int i = 0; i < all_steps; ++i) {
    std::this_thread::sleep_for(step);
    auto locked = lock_file(path);
    if (!locked) return std::move(locked.error());
    if (*locked) return std::move(**locked);
    // By now the process ID could be another's, unless the file still says it.
    if (i >= orderly_steps && holder(path) == pid) ::kill(*pid, SIGKILL);
  }
  return busy(path, pid);
}

}  // namespace

Result<Pidfile> Pidfile::take(const std::string& path, bool force) {
  auto locked = lock_file(path);
  if (!locked) return std::move(locked.error());
  if (!*locked) {
    if (!force) return busy(path, holder(path));
    auto file = wrest(path);
    if (!file) return std::move(file.error());
    *locked = std::move(*file);
  }
  const std::string pid = std::to_string(::getpid());
  const int fd = (*locked)->get();
  if (::fchmod(fd, 0600) != 0 || ::fchown(fd, ::geteuid(), ::getegid()) != 0 || ::ftruncate(fd, 0) != 0 ||
      ::write(fd, pid.data(), pid.size()) != static_cast<ssize_t>(pid.size()))
    return os_error("write pidfile", path, errno);
  return Pidfile(path, std::move(**locked));
}

Pidfile::~Pidfile() {
  struct stat opened, named;
  if (fd_ && ::fstat(fd_.get(), &opened) == 0 && ::lstat(path_.c_str(), &named) == 0 && same_file(opened, named)) ::unlink(path_.c_str());
}

Result<void> daemonize() {
  // The working directory stays: paths that the flags give may be relative to it.
  if (::daemon(1, 0) != 0) return os_error("leave", "the terminal", errno);
  return {};
}

}  // namespace vigil::watch
