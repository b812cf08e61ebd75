// SPDX-License-Identifier: Apache-2.0
// load_average: the three numbers that uptime(1) ends with.

#include "load_average.gen.h"

#include <algorithm>

#include "core/parse/text.h"

namespace vigil::tables::load_average {
namespace {

constexpr const char* periods[] = {"1m", "5m", "15m"};

// "0.12" as "0.120000"; nothing for what is no such number.
sql::Text six_decimals(std::string_view text) {
  std::string_view rest = text;
  const std::string_view whole = parse::cut(rest, '.');
  const std::string_view decimals = rest.substr(0, 6);
  if (!parse::number<uint64_t>(whole) || !std::all_of(rest.begin(), rest.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  return std::string(whole) + "." + std::string(decimals) + std::string(6 - decimals.size(), '0');
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const std::string text = co_await query.host().read("/proc/loadavg");
  std::string_view rest = text;
  for (const char* period : periods) {
    Row row;
    row.period = period;
    row.average = six_decimals(parse::field(rest));
    co_yield row;
  }
}

}  // namespace vigil::tables::load_average
