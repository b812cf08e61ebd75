// SPDX-License-Identifier: Apache-2.0
// Clock: what time it is, as a value that a test can stand in for.
#pragma once

#include <cstdint>

namespace vigil {

class Clock {
 public:
  virtual ~Clock() = default;
  // Microseconds since the epoch; can be set back and forth.
  virtual int64_t wall() const = 0;
  // Microseconds that only grow, for measuring; counted from any point.
  virtual int64_t steady() const = 0;

  int64_t unix_time() const { return wall() / second; }

  static constexpr int64_t second = 1'000'000;
};

class SystemClock final : public Clock {
 public:
  int64_t wall() const override;
  int64_t steady() const override;
};

}  // namespace vigil
