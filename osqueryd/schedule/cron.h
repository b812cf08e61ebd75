// SPDX-License-Identifier: Apache-2.0
// Cron: when something is due, as crontab(5) writes it: five fields (minute,
// hour, day of month, month, day of week) with lists, ranges, steps and names,
// or @hourly, @daily, @weekly, @monthly, @yearly.
//
// Times are those of the local clock. Where it is set forward, what was due in
// the missing hour is due when it ends; where it is set back, what names an
// hour is due once and what is due in every hour goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.h"

struct tm;

namespace vigil::schedule {

class Cron {
 public:
  static Result<Cron> parse(std::string_view text);

  // The first time that is due after `after`; seconds since the epoch.
  int64_t next(int64_t after) const;

 private:
  struct Field;
  static const Field fields[5];

  bool due_on(const struct tm& day) const;
  bool due_at(int hour, int minute) const { return hours_ >> hour & 1 && minutes_ >> minute & 1; }
  std::optional<int64_t> first_in(int64_t begin, int64_t from) const;

  uint64_t minutes_ = 0, hours_ = 0, days_ = 0, months_ = 0, weekdays_ = 0;  // a bit for each value
  bool any_hour_ = false, any_day_ = false, any_weekday_ = false;            // the field begins with *
};

}  // namespace vigil::schedule
