// SPDX-License-Identifier: Apache-2.0
// What tests of the schedule are made of: a clock that stands still until it is
// moved, and a log that remembers.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/log.h"

namespace vigil::test {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(int64_t unix_time) : wall_(unix_time * second) {}
  int64_t wall() const override { return wall_; }
  int64_t steady() const override { return steady_; }
  void advance(int64_t microseconds) {
    wall_ += microseconds;
    steady_ += microseconds;
  }
  void set(int64_t unix_time) { wall_ = unix_time * second; }

 private:
  std::atomic<int64_t> wall_, steady_ = 1;
};

class MemoryLog final : public Log {
 public:
  void write(LogLine line) override {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line.message);
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  bool has(const std::string& part) const {
    for (const std::string& line : lines())
      if (line.find(part) != line.npos) return true;
    return false;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

}  // namespace vigil::test
