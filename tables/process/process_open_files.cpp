// SPDX-License-Identifier: Apache-2.0
// process_open_files: what lsof(8) calls regular files, directories and devices.

#include "process_open_files.gen.h"

#include <algorithm>

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
    std::vector<std::pair<int64_t, std::string>> files;
    const auto listed = host.root().links("/proc/" + std::to_string(pid) + "/fd", [&](std::string_view name, std::string_view target) {
      const auto fd = parse::number(name);
      if (fd && has_name(target)) files.emplace_back(*fd, target);
    });
    if (!listed) {
      query.skip(listed.error());
      continue;
    }
    std::sort(files.begin(), files.end());
    for (auto& [fd, path] : files) {
      Row row;
      row.pid = pid;
      row.fd = fd;
      row.path = std::move(path);
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::process_open_files
