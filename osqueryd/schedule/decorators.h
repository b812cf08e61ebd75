// SPDX-License-Identifier: Apache-2.0
// Decorators: queries whose first row is put on every result.
//
// Their queries run on the threads of the runner, one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "osqueryd/config/config.h"
#include "osqueryd/results/format.h"
#include "osqueryd/schedule/runner.h"

namespace vigil::schedule {

class Decorators {
 public:
  // The log has to outlive the decorators.
  explicit Decorators(Log& log) : log_(log) {}

  // Drops all values; queries of `load` run before the next result is decorated.
  void configure(std::map<std::string, config::Decorators> by_source, std::string null_value);

  // Runs `always`, and `load` where that is still to be done, and returns all values.
  results::Decorations refresh(Work& work);
  // Runs the queries whose interval ends at this time.
  void run_interval(Work& work, int64_t unix_time);
  // True when run_interval() would run something.
  bool due(int64_t unix_time) const;
  // The values as they are; does not wait for decorators that are running.
  results::Decorations values() const;

 private:
  void run(Work& work, const std::string& source, const std::vector<std::string>& queries);
  void note(const std::string& what, const std::string& trouble);

  Log& log_;
  std::mutex running_;  // held while queries run
  mutable std::mutex mutex_;
  std::map<std::string, config::Decorators> by_source_;
  std::map<std::string, results::Decorations> values_;  // by source
  std::map<std::string, std::string> troubles_;         // by decorator, what was wrong at its last run
  std::string null_value_;
  bool loaded_ = false;
};

}  // namespace vigil::schedule
