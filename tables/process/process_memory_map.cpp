// SPDX-License-Identifier: Apache-2.0
// process_memory_map: what pmap(1) shows.

#include "process_memory_map.gen.h"

#include "core/host/processes.h"
#include "core/parse/process.h"
#include "core/parse/text.h"

namespace vigil::tables::process_memory_map {

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const auto pids = co_await processes_asked(host, query.keys.pid.pinned(), query.keys.pid.values());
  for (const int64_t pid : pids) {
    if (!query.keys.pid.admits(pid)) continue;
    const auto text = host.read("/proc/" + std::to_string(pid) + "/maps");
    if (!text) {
      query.skip(text.error());
      continue;
    }
    std::string_view rest = *text;
    while (!rest.empty()) {
      const std::string_view line = parse::cut(rest, '\n');
      auto mapping = parse::mapping(line);
      if (!mapping) {
        query.skip(Error{"maps of process " + std::to_string(pid) + ": '" + std::string(line) + "' makes no sense"});
        continue;
      }
      Row row;
      row.pid = pid;
      row.start = "0x" + std::string(mapping->start);
      row.end = "0x" + std::string(mapping->end);
      row.permissions = std::string(mapping->permissions);
      row.offset = mapping->offset;
      row.device = std::string(mapping->device);
      row.inode = mapping->inode;
      row.pseudo = mapping->inode == 0 && !mapping->path.empty();
      row.path = std::move(mapping->path);
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::process_memory_map
