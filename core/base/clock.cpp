// SPDX-License-Identifier: Apache-2.0
#include "core/base/clock.h"

#include <ctime>

namespace vigil {
namespace {

int64_t microseconds(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return int64_t{t.tv_sec} * Clock::second + t.tv_nsec / 1000;
}

}  // namespace

int64_t SystemClock::wall() const { return microseconds(CLOCK_REALTIME); }
int64_t SystemClock::steady() const { return microseconds(CLOCK_MONOTONIC); }

}  // namespace vigil
