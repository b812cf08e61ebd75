// SPDX-License-Identifier: Apache-2.0
// process_envs: what `ps e` shows of the environment, one variable a row.

#include "process_envs.gen.h"

#include "core/host/processes.h"
#include "core/parse/text.h"

namespace vigil::tables::process_envs {

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const auto pids = co_await processes_asked(host, query.keys.pid.pinned(), query.keys.pid.values());
  for (const int64_t pid : pids) {
    if (!query.keys.pid.admits(pid)) continue;
    const auto text = host.read("/proc/" + std::to_string(pid) + "/environ");
    if (!text) {
      query.skip(text.error());
      continue;
    }
    // An empty entry is the end: programs that rewrite their title leave NULs behind.
    std::string_view rest = *text;
    for (std::string_view entry = parse::cut(rest, '\0'); !entry.empty(); entry = parse::cut(rest, '\0')) {
      Row row;
      row.pid = pid;
      const size_t equals = entry.find('=');
      row.key = std::string(entry.substr(0, equals));
      row.value = std::string(equals == entry.npos ? entry : entry.substr(equals + 1));
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::process_envs
