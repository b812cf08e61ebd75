// SPDX-License-Identifier: Apache-2.0
// uptime: what uptime(1) says first.

#include "uptime.gen.h"

#include "core/parse/text.h"

namespace vigil::tables::uptime {

sql::Rows<Row> scan(Query query) {
  const std::string text = co_await query.host().read("/proc/uptime");
  std::string_view rest = text;
  const auto total = parse::number(parse::cut(rest, '.'));
  if (!total || *total < 0) co_await Result<void>(Error{"parse '/proc/uptime': no number of seconds"});

  Row row;
  row.total_seconds = *total;
  row.days = *total / 86400;
  row.hours = *total / 3600 % 24;
  row.minutes = *total / 60 % 60;
  row.seconds = *total % 60;
  co_yield row;
}

}  // namespace vigil::tables::uptime
