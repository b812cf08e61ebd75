// SPDX-License-Identifier: Apache-2.0
// The watcher: a small process that starts the daemon's worker, starts it again
// when it ends, and ends it when it breaks a limit. It runs no query, opens no
// store and loads no module.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/log.h"

namespace vigil::watch {

// Exit code for what a new start cannot mend.
inline constexpr int catastrophic = 78;

struct Limits {
  uint64_t memory = 0;       // bytes of growth
  uint64_t utilization = 0;  // percent of all processors
  uint64_t latency = 0;      // seconds above it
  int respawns = 4;          // quick ones, before the watcher gives up
  uint64_t respawn_delay = 5, max_delay = 600;
  uint64_t grace = 60;           // seconds after a start without enforcement
  uint64_t forced_shutdown = 4;  // seconds between SIGTERM and SIGKILL
  bool debug = false;
};

struct Settings {
  Limits limits;
  std::vector<std::string> arguments;  // of this program, as it was called
  uint64_t alarm_timeout = 15;         // seconds that an orderly end may take
  bool allow_unsafe = false;
};

// Runs until it is told to stop; the program's exit code. Tells systemd when
// the worker is ready, and that it is alive.
int run_watcher(const Settings& settings, Log& log);

// How the last worker ended; the watcher tells the next one through its environment.
struct LastEnd {
  bool known = false;
  int signal = 0;      // 0: it exited
  bool limit = false;  // the watcher ended it for breaking a limit
  std::string reason;  // of that, with the measured use
  int64_t time = 0;    // seconds since the epoch
};

// True in a process that a watcher started.
bool is_worker();
LastEnd last_end();

}  // namespace vigil::watch
