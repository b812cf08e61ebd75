// SPDX-License-Identifier: Apache-2.0
// Watch: looks after a running statement from a second thread. Ctrl-C ends the
// statement, and a count of rows shows that a long one lives.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <thread>

#include <csignal>

#include "core/base/fd.h"
#include "core/sql/connection.h"

namespace vigil::shell {

class Watch {
 public:
  // With `interrupts`, SIGINT no longer ends the process: it is blocked for as
  // long as the Watch lives and read from a descriptor instead, so that nothing
  // ever runs inside of a signal handler. With `progress`, the count goes to
  // standard error.
  Watch(sql::Connection& connection, bool interrupts, bool progress);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Statements begin; an earlier cancel() is undone.
  void begin();
  void row() { rows_.fetch_add(1, std::memory_order_relaxed); }
  // Takes the count from the terminal: other output comes.
  void hide();
  // The statements have ended and their results are written.
  void end();
  // True from the first Ctrl-C after begin() until end().
  const std::atomic<bool>& interrupted() const { return interrupted_; }

 private:
  void run();
  void wake() const;
  void show_progress();

  sql::Connection& connection_;
  const bool progress_;
  Fd signals_, wake_;
  sigset_t before_;  // the signal mask to go back to

  std::mutex mutex_;
  bool quit_ = false, running_ = false, hidden_ = false, shown_ = false;
  int interrupts_ = 0;  // since begin()
  std::atomic<bool> interrupted_ = false;
  std::chrono::steady_clock::time_point started_;
  std::atomic<uint64_t> rows_ = 0;
  std::thread thread_;
};

}  // namespace vigil::shell
