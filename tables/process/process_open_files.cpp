// SPDX-License-Identifier: Apache-2.0
// process_open_files: what lsof(8) calls regular files, directories and devices.

#include "process_open_files.gen.h"

#include "core/host/processes.h"
#include "core/parse/text.h"

namespace vigil::tables::process_open_files {
namespace {

bool has_name(std::string_view target) {
  return !target.starts_with("socket:") && !target.starts_with("pipe:") && !target.starts_with("anon_inode:");
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const auto pids = co_await processes_asked(host, query.keys.pid.pinned(), query.keys.pid.values());
  for (const int64_t pid : pids) {
    if (!query.keys.pid.admits(pid)) continue;
    const auto descriptors = host.enter("/proc/" + std::to_string(pid) + "/fd");
    const auto entries = descriptors ? descriptors->list("") : Result<std::vector<Entry>>(descriptors.error());
    if (!entries) {
      query.skip(entries.error());
      continue;
    }
    for (const auto& entry : *entries) {
      const auto fd = parse::number(entry.name);
      auto target = descriptors->link(entry.name);
      if (!fd || !target || !has_name(*target)) continue;
      Row row;
      row.pid = pid;
      row.fd = *fd;
      row.path = std::move(*target);
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::process_open_files
