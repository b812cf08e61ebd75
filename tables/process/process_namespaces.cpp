// SPDX-License-Identifier: Apache-2.0
// process_namespaces: what lsns(8) reads, one row for each process.

#include "process_namespaces.gen.h"

#include "core/host/processes.h"
#include "core/parse/process.h"

namespace vigil::tables::process_namespaces {

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const auto pids = co_await processes_asked(host, query.keys.pid.pinned(), query.keys.pid.values());
  for (const int64_t pid : pids) {
    if (!query.keys.pid.admits(pid)) continue;
    const auto process = enter_process(host, pid);
    if (!process) {
      query.skip(process.error());
      continue;
    }
    const auto number = [&](Source source, const char* kind) -> sql::Text {
      if (!query.needs(source)) return std::nullopt;
      const auto target = process->link("ns/" + std::string(kind));
      const auto inode = target ? parse::link_number(*target, kind) : std::nullopt;
      if (!inode) return std::nullopt;
      return std::to_string(*inode);
    };
    Row row;
    row.pid = pid;
    row.cgroup_namespace = number(Source::cgroup, "cgroup");
    row.ipc_namespace = number(Source::ipc, "ipc");
    row.mnt_namespace = number(Source::mnt, "mnt");
    row.net_namespace = number(Source::net, "net");
    row.pid_namespace = number(Source::pids, "pid");
    row.user_namespace = number(Source::user, "user");
    row.uts_namespace = number(Source::uts, "uts");
    co_yield row;
  }
}

}  // namespace vigil::tables::process_namespaces
