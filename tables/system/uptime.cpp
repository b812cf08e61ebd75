// SPDX-License-Identifier: Apache-2.0
// uptime: what uptime(1) says first.

#include "uptime.gen.h"

#include "core/parse/text.h"

namespace vigil::tables::uptime {
namespace {

// "93784.56 150000.12": the time since the start, and the idle time of all CPUs.
Result<int64_t> whole_seconds(std::string_view text) {
  const auto seconds = parse::number<uint64_t>(parse::cut(text, '.'));
  if (!seconds || *seconds > INT64_MAX) return Error{"parse '/proc/uptime': no number of seconds"};
  return static_cast<int64_t>(*seconds);
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const std::string text = co_await query.host().read("/proc/uptime");
  const int64_t total = co_await whole_seconds(text);

  Row row;
  row.total_seconds = total;
  row.days = total / 86400;
  row.hours = total / 3600 % 24;
  row.minutes = total / 60 % 60;
  row.seconds = total % 60;
  co_yield row;
}

}  // namespace vigil::tables::uptime
