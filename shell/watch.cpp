// SPDX-License-Identifier: Apache-2.0
#include "shell/watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <string>

namespace vigil::shell {
namespace {

constexpr auto patience = std::chrono::seconds(1);
constexpr int refresh_ms = 200;
// So often a person presses Ctrl-C before we believe that the statement cannot be ended.
constexpr int give_up = 3;

void say(const std::string& text) { [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size()); }

}  // namespace

Watch::Watch(sql::Connection& connection, bool interrupts, bool progress) : connection_(connection), progress_(progress) {
  if (!interrupts && !progress) return;
  if (interrupts) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &set, &before_);
    signals_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  wake_ = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  thread_ = std::thread([this] { run(); });
}

Watch::~Watch() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    quit_ = true;
  }
  wake();
  thread_.join();
  if (signals_) ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Watch::wake() const {
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
}

void Watch::begin() {
  connection_.resume();
  if (!thread_.joinable()) return;
  const std::lock_guard lock(mutex_);
  running_ = true;
  hidden_ = false;
  interrupts_ = 0;
  interrupted_ = false;
  rows_ = 0;
  started_ = std::chrono::steady_clock::now();
  wake();
}

void Watch::hide() {
  if (!thread_.joinable()) return;
  const std::lock_guard lock(mutex_);
  hidden_ = true;
  if (shown_) say("\r\x1b[K");
  shown_ = false;
}

void Watch::end() {
  if (!thread_.joinable()) return;
  hide();
  const std::lock_guard lock(mutex_);
  running_ = false;
  interrupted_ = false;
}

void Watch::show_progress() {
  const auto spent = std::chrono::steady_clock::now() - started_;
  if (!running_ || hidden_ || spent < patience) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(spent).count();
  say("\r\x1b[K" + std::to_string(rows_.load(std::memory_order_relaxed)) + " rows, " + std::to_string(seconds) + " s");
  shown_ = true;
}

void Watch::run() {
  while (true) {
    int timeout = -1;
    {
      const std::lock_guard lock(mutex_);
      if (quit_) return;
      if (running_ && progress_ && !hidden_) timeout = refresh_ms;
    }
    pollfd ready[] = {{wake_.get(), POLLIN, 0}, {signals_.get(), POLLIN, 0}};
    ::poll(ready, 2, timeout);
    uint64_t count;
    [[maybe_unused]] auto bytes = ::read(wake_.get(), &count, sizeof count);
    signalfd_siginfo signal;
    const bool interrupted = signals_ && ::read(signals_.get(), &signal, sizeof signal) == sizeof signal;

    const std::lock_guard lock(mutex_);
    if (interrupted && running_) {
      interrupted_ = true;
      connection_.cancel();
      if (++interrupts_ == give_up) ::_exit(128 + SIGINT);
    }
    if (progress_) show_progress();
  }
}

}  // namespace vigil::shell
