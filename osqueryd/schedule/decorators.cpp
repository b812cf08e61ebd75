// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/decorators.h"

#include <algorithm>
#include <utility>

namespace vigil::schedule {
namespace {

// A decorator stands between a schedule and its results.
constexpr Budget budget = {5 * Clock::second, 10 * Clock::second, 2, 16 << 20};

}  // namespace

void Decorators::configure(std::map<std::string, config::Decorators> by_source, std::string null_value) {
  const std::lock_guard lock(mutex_);
  by_source_ = std::move(by_source);
  null_value_ = std::move(null_value);
  values_.clear();
  troubles_.clear();
  loaded_ = false;
}

void Decorators::run(Work& work, const std::string& source, const std::vector<std::string>& queries) {
  for (const std::string& sql : queries) {
    const Outcome outcome = work.query(sql, budget);
    if (outcome.cancelled) return;
    std::string trouble = outcome.error ? outcome.error->message : std::string();
    if (trouble.empty() && outcome.rows.size() == 0) trouble = outcome.stopped;
    if (outcome.rows.size() > 1) trouble = "it has more than one row, the first one counts";
    note("Decorator of " + source + ": " + sql, trouble);
    if (outcome.rows.size() == 0) continue;
    results::Unpacker row(outcome.rows.packed(0));
    sql::Value value;
    const std::lock_guard lock(mutex_);
    for (const std::string& column : outcome.rows.columns())
      if (row.next(value)) values_[source][column] = results::text_of(value, null_value_);
  }
}

// The same trouble again and again is one line.
void Decorators::note(const std::string& what, const std::string& trouble) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(troubles_[what], trouble) == trouble) return;
  }
  if (!trouble.empty()) log_.warning(what + ": " + trouble);
}

results::Decorations Decorators::refresh(Work& work) {
  const std::lock_guard one_at_a_time(running_);
  std::map<std::string, config::Decorators> by_source;
  bool load = false;
  {
    const std::lock_guard lock(mutex_);
    by_source = by_source_;
    load = !std::exchange(loaded_, true);
  }
  for (const auto& [source, decorators] : by_source) {
    if (load) {
      run(work, source, decorators.load);
      for (const auto& [interval, queries] : decorators.interval) run(work, source, queries);
    }
    run(work, source, decorators.always);
  }
  return values();
}

void Decorators::run_interval(Work& work, int64_t unix_time) {
  const std::lock_guard one_at_a_time(running_);
  std::map<std::string, config::Decorators> by_source;
  {
    const std::lock_guard lock(mutex_);
    by_source = by_source_;
  }
  for (const auto& [source, decorators] : by_source)
    for (const auto& [interval, queries] : decorators.interval)
      if (unix_time % static_cast<int64_t>(interval) == 0) run(work, source, queries);
}

bool Decorators::due(int64_t unix_time) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(by_source_.begin(), by_source_.end(), [&](const auto& source) {
    return std::any_of(source.second.interval.begin(), source.second.interval.end(),
                       [&](const auto& entry) { return unix_time % static_cast<int64_t>(entry.first) == 0; });
  });
}

results::Decorations Decorators::values() const {
  const std::lock_guard lock(mutex_);
  results::Decorations all;
  for (const auto& [source, values] : values_)
    for (const auto& [name, value] : values) all[name] = value;
  return all;
}

}  // namespace vigil::schedule
