// SPDX-License-Identifier: Apache-2.0
// Lines of a crontab, crontab(5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vigil::parse {

struct CronEntry {
  std::string_view event;  // @reboot, @daily ...; the five fields are empty then
  std::string_view minute, hour, day_of_month, month, day_of_week;
  std::string command;  // runs of blanks as one; in a crontab of the system it begins with the user
};

// Nothing for an empty line, a comment and a variable; an error for a line
// that cron would not take.
Result<std::optional<CronEntry>> cron_line(std::string_view line);

// True for the names of files that cron reads in /etc/cron.d. Debian's takes
// names of letters, digits, - and _ alone; others leave out what editors and
// package managers put beside a file.
bool cron_reads_file(std::string_view name, bool debian);

}  // namespace vigil::parse
