// SPDX-License-Identifier: Apache-2.0
// ulimit_info: what prlimit(1) shows of this process.

#include "ulimit_info.gen.h"

#include "core/parse/text.h"

namespace vigil::tables::ulimit_info {
namespace {

struct Limit {
  std::string_view label;  // in /proc/self/limits
  const char* type;
};

constexpr Limit limits[] = {
    {"Max cpu time", "cpu"},           {"Max file size", "fsize"},    {"Max data size", "data"},           {"Max stack size", "stack"},
    {"Max core file size", "core"},    {"Max resident set", "rss"},   {"Max processes", "nproc"},          {"Max open files", "nofile"},
    {"Max locked memory", "memlock"},  {"Max address space", "as"},   {"Max file locks", "locks"},         {"Max pending signals", "sigpending"},
    {"Max msgqueue size", "msgqueue"}, {"Max nice priority", "nice"}, {"Max realtime priority", "rtprio"}, {"Max realtime timeout", "rttime"},
};

sql::Text amount(std::string_view text) {
  if (text != "unlimited" && !parse::number<uint64_t>(text)) return std::nullopt;
  return std::string(text);
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const std::string text = co_await query.host().read("/proc/self/limits");

  for (const std::string_view line : parse::lines(text)) {
    for (const Limit& limit : limits) {
      if (!line.starts_with(limit.label)) continue;
      std::string_view rest = line.substr(limit.label.size());
      Row row;
      row.type = limit.type;
      row.soft_limit = amount(parse::field(rest));
      row.hard_limit = amount(parse::field(rest));
      co_yield row;
      break;
    }
  }
}

}  // namespace vigil::tables::ulimit_info
