// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/waiter.h"

#include <poll.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "core/base/clock.h"

namespace vigil::watch {

Result<Waiter> Waiter::make() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, signal);
  Fd signals(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals) return os_error("create", "signalfd", errno);
  ::sigaddset(&set, SIGPIPE);
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return os_error("block", "signals", errno);
  return Waiter(std::move(signals));
}

Waiter::Woken Waiter::wait(int process, int reports, int64_t until, const std::vector<int>& more) const {
  std::vector<pollfd> polled = {{signals_.get(), POLLIN, 0}, {process, POLLIN, 0}, {reports, POLLIN, 0}};
  for (const int descriptor : more) polled.push_back({descriptor, POLLIN, 0});
  const int64_t left = std::max<int64_t>(until - SystemClock().steady(), 0);
  const timespec timeout = {left / Clock::second, (left % Clock::second) * 1000};
  Woken woken;
  if (::ppoll(polled.data(), polled.size(), &timeout, nullptr) <= 0) return woken;
  woken.ended = polled[1].revents != 0;
  woken.report = polled[2].revents != 0;
  signalfd_siginfo info;
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) (info.ssi_signo == SIGHUP ? woken.reload : woken.stop) = true;
  return woken;
}

}  // namespace vigil::watch
