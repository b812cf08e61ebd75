// SPDX-License-Identifier: Apache-2.0
// time: what date -u prints.

#include "time.gen.h"

#include <time.h>

#include <cstdio>

#include "core/parse/text.h"

namespace vigil::tables::time {
namespace {

constexpr const char* weekdays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

Result<struct tm> in_utc(time_t now) {
  struct tm utc = {};
  if (!::gmtime_r(&now, &utc)) return Error{"the clock is out of range"};
  return utc;
}

sql::Text local_zone(const Host& host, time_t now) {
  const auto zone = host.fact("timezone", [now]() -> Result<std::string> {
    ::tzset();  // localtime_r(3) alone would not notice that the machine has moved
    struct tm local = {};
    if (!::localtime_r(&now, &local) || !local.tm_zone) return Error{"no local time zone"};
    return std::string(local.tm_zone);
  });
  if (!zone) return std::nullopt;
  return std::string(parse::trim(*zone));
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const time_t now = query.host().now();
  const struct tm utc = co_await in_utc(now);
  char text[96];

  Row row;
  row.weekday = weekdays[utc.tm_wday];
  row.year = int64_t{utc.tm_year} + 1900;
  row.month = utc.tm_mon + 1;
  row.day = utc.tm_mday;
  row.hour = utc.tm_hour;
  row.minutes = utc.tm_min;
  row.seconds = utc.tm_sec;
  row.timezone = "UTC";
  row.unix_time = now;
  std::snprintf(text, sizeof text, "%.3s %s %2d %02d:%02d:%02d %lld UTC", weekdays[utc.tm_wday], months[utc.tm_mon], utc.tm_mday, utc.tm_hour,
                utc.tm_min, utc.tm_sec, static_cast<long long>(*row.year));
  row.timestamp = text;
  std::snprintf(text, sizeof text, "%04lld-%02d-%02dT%02d:%02d:%02dZ", static_cast<long long>(*row.year), utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
                utc.tm_min, utc.tm_sec);
  row.datetime = text;
  row.iso_8601 = text;
  if (query.needs(Source::zone)) row.local_timezone = local_zone(query.host(), now);
  co_yield row;
}

}  // namespace vigil::tables::time
