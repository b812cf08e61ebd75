// SPDX-License-Identifier: Apache-2.0
// Guard: decides, from what is measured at every look, whether a process broke a limit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "osqueryd/watch/limits.h"

namespace vigil::watch {

struct Usage {
  int64_t processor = 0;  // microseconds of all threads since the start
  uint64_t memory = 0;    // resident bytes
};

// Of a live process.
Result<Usage> usage_of(int64_t pid);

class Guard {
 public:
  // `started` and all other times in microseconds of one steady clock; `poll` is the time between two looks.
  Guard(const Limits& limits, int processors, int64_t poll, int64_t started);

  // What was broken, in the words that log parsers know; nothing before the grace is over.
  std::optional<std::string> look(const Usage& usage, int64_t now);

  bool graced(int64_t now) const;
  // Resident bytes at the first look.
  uint64_t baseline() const { return baseline_.value_or(0); }
  uint64_t growth() const { return growth_; }
  // Microseconds of processor time that were used since the look before.
  int64_t used() const { return used_; }
  // True when half of the tolerated time above the limit of processor time is over.
  bool presses() const;
  // True when the last look saw less than half of what is allowed.
  bool relaxed() const;

 private:
  int64_t allowed(int64_t elapsed) const;

  const Limits limits_;
  const int processors_;
  const int64_t poll_, started_;
  std::optional<uint64_t> baseline_;
  uint64_t growth_ = 0;
  int64_t last_look_, last_processor_ = 0, used_ = 0, elapsed_ = 0;
  int64_t above_ = 0;  // microseconds in a row above the limit
};

}  // namespace vigil::watch
