// SPDX-License-Identifier: Apache-2.0
// Points: what scheduled queries cost, as points of a time series in a file of
// lines "path TAB value TAB nanoseconds since the epoch TAB false"; the last says
// that the point may have waited to be combined with others of its path.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "osqueryd/config/config.h"
#include "osqueryd/log/log_file.h"
#include "osqueryd/schedule/runner.h"

namespace vigil::schedule {

class Points {
 public:
  // `clock` has to outlive this.
  Points(std::string path, mode_t mode, const Clock& clock) : clock_(clock), file_(std::move(path), mode), written_(clock.steady()) {}

  // Seconds over which points of one path become one: times and counts are added
  // up, of memory the most counts. 0: each is a line of its own.
  void configure(uint64_t period);
  // From any thread.
  void add(const config::Query& query, const Usage& used, bool failed);
  // Writes the points when the period is over. What cannot be written is dropped.
  Result<void> tick();
  Result<void> write();

 private:
  struct Point {
    std::string path;
    int64_t value, time;
  };
  enum class Combine { sum, most };
  void put(std::string path, int64_t value, Combine how);

  const Clock& clock_;
  log::LogFile file_;    // of the thread that calls tick() and write()
  int64_t written_ = 0;  // steady
  std::mutex mutex_;     // guards what follows
  uint64_t period_ = 60;
  std::vector<Point> points_;
  std::map<std::string, size_t> places_;  // of combined points
};

}  // namespace vigil::schedule
