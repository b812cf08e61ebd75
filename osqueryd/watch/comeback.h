// SPDX-License-Identifier: Apache-2.0
// Comeback: when an extension that ended is started again.
#pragma once

#include <cstdint>

#include "osqueryd/watch/limits.h"

namespace vigil::watch {

// One that ends in good order - as extensions do when the program they serve is
// gone - comes back soon. One that fails comes back later each time, until it has
// lived for a minute.
class Comeback {
 public:
  explicit Comeback(uint64_t max_delay) : max_delay_(max_delay) {}

  // Seconds to wait after an end; `lived` in microseconds.
  uint64_t wait_after(bool orderly, int64_t lived);
  // How often in a row it ended in less than a minute without being in good order.
  int failures() const { return failures_; }
  // How often it ended sooner than quick_end, in whatever order.
  int64_t quick_ends() const { return quick_ends_; }

 private:
  const uint64_t max_delay_;
  int failures_ = 0;
  int quick_in_a_row_ = 0;
  int64_t quick_ends_ = 0;
};

}  // namespace vigil::watch
