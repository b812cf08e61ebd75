// SPDX-License-Identifier: Apache-2.0
// Supervisor: the watcher's loop: one worker, and the extensions that serve it.
// One thread; all times are of the steady clock, in microseconds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "osqueryd/watch/cgroup.h"
#include "osqueryd/watch/child.h"
#include "osqueryd/watch/nursery.h"
#include "osqueryd/watch/restraint.h"
#include "osqueryd/watch/waiter.h"
#include "osqueryd/watch/watcher.h"

namespace vigil::watch {

class Supervisor {
 public:
  // `executable` is what it starts as worker. All references have to outlive the supervisor.
  Supervisor(const Settings& settings, Fd executable, const Waiter& waiter, Log& log);
  // The watcher's exit code.
  int run();

 private:
  enum class Wake { time, ended, stop };

  // One worker, from its start to its end.
  struct Worker {
    Child child;
    Fd reports;
    Restraint restraint;
    std::optional<int64_t> sign = {};  // when it last gave a sign of life
    std::optional<Exit> exit = {};
  };

  int supervise();
  Result<void> start();
  std::vector<std::string> environment(int report) const;

  // Watches the worker until it has ended; the watcher's exit code, or nothing when another worker is to be started.
  std::optional<int> attend();
  std::optional<std::string> broken_limit();
  bool too_big() const;
  std::optional<int> enforce(const std::string& reason);
  std::optional<int> note_end();
  int stop();
  // False when it could not even be killed.
  bool end_worker(int64_t patience);
  bool ended_until(int64_t until);

  // Handles reports and reloads on the way; `stop` and `ended` come at once.
  Wake wait(int64_t until);
  void read_reports();
  void pulse();
  void complain(const std::string& message);

  const Settings& settings_;
  const Limits& limits_;
  const Fd executable_;
  const Waiter& waiter_;
  Log& log_;
  const SystemClock clock_;
  const int64_t beat_;  // between two signs of life to systemd; 0: it wants none
  uint64_t own_memory_ = 0;
  int64_t next_beat_ = 0;
  std::optional<ControlGroup> group_;
  std::optional<Nursery> nursery_;
  std::optional<Worker> worker_;
  LastEnd last_end_;
  bool stopped_ = false;
  int64_t stopped_at_ = 0;
};

}  // namespace vigil::watch
