// SPDX-License-Identifier: Apache-2.0
// cpu_time: the counters behind top(1) and mpstat(1).

#include "cpu_time.gen.h"

#include "core/parse/text.h"

namespace vigil::tables::cpu_time {

sql::Rows<Row> scan(Query query) {
  const std::string text = co_await query.host().read("/proc/stat");

  for (std::string_view line : parse::lines(text)) {
    if (!line.starts_with("cpu") || line.starts_with("cpu ")) continue;  // "cpu " is the sum
    const auto core = parse::number(parse::field(line).substr(3));
    if (!core) {
      query.skip(Error{"/proc/stat: no CPU number in a line that starts with 'cpu'"});
      continue;
    }
    const auto ticks = [&line] { return parse::number(parse::field(line)); };
    Row row;
    row.core = *core;
    row.user = ticks();
    row.nice = ticks();
    row.system = ticks();
    row.idle = ticks();
    row.iowait = ticks();
    row.irq = ticks();
    row.softirq = ticks();
    row.steal = ticks();
    row.guest = ticks();
    row.guest_nice = ticks();
    co_yield row;
  }
}

}  // namespace vigil::tables::cpu_time
