// SPDX-License-Identifier: Apache-2.0
// Limits: how much the worker may use, and how often it may be started.
#pragma once

#include <cstdint>

namespace vigil::watch {

struct Limits {
  uint64_t memory = 0;       // bytes of growth
  uint64_t utilization = 0;  // percent of all processors
  uint64_t latency = 0;      // seconds above it
  int respawns = 4;          // quick ones, before the watcher gives up
  uint64_t respawn_delay = 5, max_delay = 600;
  uint64_t grace = 60;           // seconds after a start without enforcement
  uint64_t forced_shutdown = 4;  // seconds between SIGTERM and SIGKILL
  bool background = true;        // run at low priority of processor and disk
  bool debug = false;
};

// What flags say; 0 for one of the first three: what the level says.
struct Overrides {
  uint64_t memory_mib = 0, utilization = 0, latency = 0;
  uint64_t grace = 60, max_delay = 600, forced_shutdown = 4;
  bool debug = false;
};

// Level 0: normal; 1 and more: narrow; below 0: hardly any.
Limits limits_for(int level, const Overrides& overrides);

// Of a flag's value; what is longer than a man's life is as good as endless.
int64_t microseconds(uint64_t seconds);

// A worker that lived for less time than this, in seconds, ended quickly.
inline constexpr int64_t quick_end = 4;

// Seconds to wait before the start that follows the `count`th quick end in a row.
uint64_t respawn_wait(const Limits& limits, int count);

}  // namespace vigil::watch
