// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "osqueryd/watch/small_file.h"

namespace vigil::watch {
namespace {

// The header of glibc 2.36 for these two is not one of C++.
Fd open_process(pid_t pid) { return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }
void signal_process(int fd, int signal) { (void)::syscall(SYS_pidfd_send_signal, fd, signal, nullptr, 0); }

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

[[noreturn]] void become(Launch launch, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  // A parent that ended before that line sends no signal.
  if (::getppid() != parent) ::_exit(0);
  // The limits of a group are a help, not a condition: a start without them is a start.
  for (const std::string& group : launch.groups) (void)write_small(group, "0");
  for (const int fd : launch.inherited) ::fcntl(fd, F_SETFD, 0);

  launch.environment.push_back("OSQUERY_WORKER=" + std::to_string(::getpid()));
  const std::vector<char*> arguments = pointers(launch.arguments), environment = pointers(launch.environment);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execveat(launch.executable, "", arguments.data(), environment.data(), AT_EMPTY_PATH);
  ::dprintf(STDERR_FILENO, "start the worker: %s\n", std::strerror(errno));
  ::_exit(1);
}

}  // namespace

Result<Child> Child::start(const Launch& launch) {
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return os_error("start", launch.arguments.front(), errno);
  if (pid == 0) become(launch, parent);

  Fd fd = open_process(pid);
  if (fd) return Child(pid, std::move(fd));
  const int code = errno;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  return os_error("watch", launch.arguments.front(), code);
}

void Child::send(int signal) const { signal_process(fd_.get(), signal); }

std::optional<Exit> Child::reap() const {
  siginfo_t info{};
  if (::waitid(P_PIDFD, static_cast<id_t>(fd_.get()), &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) return std::nullopt;
  if (info.si_code == CLD_EXITED) return Exit{info.si_status, 0};
  return Exit{0, info.si_status};
}

}  // namespace vigil::watch
