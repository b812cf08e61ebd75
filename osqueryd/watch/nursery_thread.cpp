// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/nursery_thread.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>

#include <algorithm>

namespace vigil::watch {

NurseryThread::NurseryThread(NurserySettings settings, Log& log) : nursery_(std::move(settings), nullptr, log), stop_(::eventfd(0, EFD_CLOEXEC)) {
  if (nursery_.empty()) return;
  // Signals are for the threads that wait for them.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

NurseryThread::~NurseryThread() {
  if (!thread_.joinable()) return;
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

void NurseryThread::run() {
  constexpr int64_t longest = 3600 * Clock::second;
  while (true) {
    const int64_t wait = std::clamp<int64_t>(nursery_.attend() - SystemClock().steady(), 0, longest);
    std::vector<pollfd> polled = {{stop_.get(), POLLIN, 0}};
    for (const int descriptor : nursery_.descriptors()) polled.push_back({descriptor, POLLIN, 0});
    // A millisecond more, so that what is due then is due.
    if (::poll(polled.data(), polled.size(), static_cast<int>(wait / 1000 + 1)) > 0 && polled[0].revents != 0) break;
  }
  nursery_.stop(nursery_.settings().patience);
}

}  // namespace vigil::watch
