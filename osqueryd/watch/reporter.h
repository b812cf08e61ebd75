// SPDX-License-Identifier: Apache-2.0
// Reporter: how the daemon tells who started it - the watcher, or systemd when
// there is no watcher - that it is ready and alive.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>

#include "core/base/fd.h"

namespace vigil::watch {

// Its messages are those of sd_notify(3); the watcher hands them on. May be
// used from any thread; never blocks.
class Reporter {
 public:
  // Takes over what the watcher left in the environment, so that no program
  // started from here inherits it, and gives a worker its name back, which a
  // start by descriptor lost. Once in a process, before it has threads.
  static Reporter from_environment();

  // Start-up is over; also after each reload.
  void ready() const { tell("READY=1"); }
  void reloading() const;
  void stopping() const { tell("STOPPING=1"); }
  // From the main loop, every interval(): a main loop that stays silent for a minute is taken for dead.
  void alive() const { tell("WATCHDOG=1"); }
  // One line for `systemctl status`.
  void status(std::string_view text) const;

  // Microseconds between two signs of life.
  int64_t interval() const;
  // In a worker: hangs up when the watcher is gone; -1 else.
  int descriptor() const { return socket_.get(); }

 private:
  void tell(std::string_view message) const;
  Fd socket_;
};

// ParentWatch: calls back once, on a thread of its own, when the watcher is gone.
class ParentWatch {
 public:
  ParentWatch(const Reporter& reporter, std::function<void()> gone);
  ~ParentWatch();

 private:
  Fd stop_;
  std::thread thread_;
};

}  // namespace vigil::watch
