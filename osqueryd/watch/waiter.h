// SPDX-License-Identifier: Apache-2.0
// Waiter: waits for signals, for the end of processes and for reports at once.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace vigil::watch {

class Waiter {
 public:
  // From now on SIGTERM, SIGINT and SIGHUP reach this thread through wait() alone, and SIGPIPE not at all.
  static Result<Waiter> make();

  struct Woken {
    bool stop = false, reload = false;  // SIGTERM or SIGINT; SIGHUP
    bool ended = false, report = false;
  };
  // Until something happens or the steady clock shows `until`, in microseconds; either descriptor may be -1.
  // That one of `more` became readable only ends the wait.
  Woken wait(int process, int reports, int64_t until, const std::vector<int>& more) const;

 private:
  explicit Waiter(Fd signals) : signals_(std::move(signals)) {}
  Fd signals_;
};

}  // namespace vigil::watch
