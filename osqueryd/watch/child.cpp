// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "osqueryd/watch/names.h"

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

// All that the child needs is made before the fork: between that and exec, a
// child of a process with threads may not take memory.
struct Plan {
  explicit Plan(Launch wanted) : launch(std::move(wanted)) {
    const std::string name = std::string(worker_variable) + "=";
    for (std::string& variable : launch.environment) {
      if (variable != name) continue;
      variable.resize(name.size() + 16);
      worker = variable.data() + name.size();
    }
    arguments = pointers(launch.arguments);
    environment = pointers(launch.environment);
  }

  Launch launch;
  std::vector<char*> arguments, environment;
  char* worker = nullptr;  // where the process ID goes
};

void enter(const char* group) {
  const int file = ::open(group, O_WRONLY | O_CLOEXEC);
  // The limits of a group are a help, not a condition: a start without them is a start.
  if (file < 0 || ::write(file, "0", 1) < 0) return;
}

void stand_apart() {
  ::setpgid(0, 0);
  if (const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC); nothing >= 0) ::dup2(nothing, STDIN_FILENO);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
}

[[noreturn]] void become(const Plan& plan, pid_t parent, int failure) {
  ::prctl(PR_SET_PDEATHSIG, plan.launch.death_signal);
  // A parent that ended before that line sends no signal.
  if (::getppid() != parent) ::_exit(0);
  for (const std::string& group : plan.launch.groups) enter(group.c_str());
  if (plan.launch.apart) stand_apart();
  // Libraries and whoever started this process may have left some open for children.
  (void)::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  for (const int fd : plan.launch.inherited) ::fcntl(fd, F_SETFD, 0);
  if (plan.worker) std::snprintf(plan.worker, 16, "%d", static_cast<int>(::getpid()));

  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (plan.launch.executable >= 0)
    ::execveat(plan.launch.executable, "", plan.arguments.data(), plan.environment.data(), AT_EMPTY_PATH);
  else
    ::execve(plan.arguments.front(), plan.arguments.data(), plan.environment.data());
  const int error = errno;
  (void)!::write(failure, &error, sizeof error);
  ::_exit(1);
}

}  // namespace

std::string to_text(const Exit& exit) {
  if (exit.failure) return std::string("cannot be started: ") + std::strerror(exit.failure);
  return exit.signal ? "ended by signal " + std::to_string(exit.signal) : "ended with exit status " + std::to_string(exit.code);
}

Result<Child> Child::start(Launch launch) {
  const Plan plan(std::move(launch));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return os_error("create", "pipe", errno);
  Fd failure(ends[0]);
  const Fd its(ends[1]);
  const pid_t parent = ::getpid();
  // Until the child has none of them, this process's signal handlers are not to run in it.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  const int error = errno;
  if (pid == 0) become(plan, parent, its.get());
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return os_error("start", plan.arguments.front(), error);

  // Here too, as the child may not have come so far when its group is to end.
  if (plan.launch.apart) ::setpgid(pid, pid);
  Fd fd = open_process(pid);
  if (fd) return Child(pid, plan.launch.apart, std::move(fd), std::move(failure));
  const int code = errno;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  return os_error("watch", plan.arguments.front(), code);
}

void Child::send(int signal) const { signal_process(fd_.get(), signal); }

void Child::send_all(int signal) const { ::kill(-pid_, signal); }

std::optional<Exit> Child::reap() const {
  const auto process = static_cast<id_t>(fd_.get());
  siginfo_t info{};
  // Until it is waited for, its process ID, and so that of its group, is no other's.
  if (apart_ && ::waitid(P_PIDFD, process, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) send_all(SIGKILL);
  info = {};
  if (::waitid(P_PIDFD, process, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) return std::nullopt;
  Exit exit;
  (info.si_code == CLD_EXITED ? exit.code : exit.signal) = info.si_status;
  int failure = 0;
  if (::read(failure_.get(), &failure, sizeof failure) == sizeof failure) exit.failure = failure;
  return exit;
}

}  // namespace vigil::watch
