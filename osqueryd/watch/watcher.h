// SPDX-License-Identifier: Apache-2.0
// The watcher: a small process that starts the daemon's worker, starts it again
// when it ends, and ends it when it breaks a limit; and so with extensions. It
// runs no query, opens no store and loads no module.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "osqueryd/watch/last_end.h"
#include "osqueryd/watch/limits.h"
#include "osqueryd/watch/nursery_settings.h"

namespace vigil::watch {

// Exit code for what a new start cannot mend.
inline constexpr int catastrophic = 78;

struct Settings {
  Limits limits;
  std::vector<std::string> arguments;  // of this program, as it was called
  uint64_t alarm_timeout = 15;         // seconds that an orderly end may take
  bool allow_unsafe = false;
  NurserySettings extensions;
  int64_t poll = 3 * Clock::second;            // microseconds between two looks at the worker
  int64_t answer_within = 60 * Clock::second;  // a worker that gave a sign of life has to give the next one in this time
};

// Runs until it is told to stop; the program's exit code. Tells systemd when
// the worker is ready, and that it is alive. For a process with one thread: it
// blocks the signals that it waits for.
int run_watcher(const Settings& settings, Log& log);

}  // namespace vigil::watch
