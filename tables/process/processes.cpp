// SPDX-License-Identifier: Apache-2.0
// processes: what ps(1) lists.
//
// A process may end, or refuse to be read, at any moment. One that is gone
// gives no row; a file that cannot be read gives NULL in its columns.

#include "processes.gen.h"

#include <unistd.h>

#include "core/host/processes.h"
#include "core/parse/process.h"
#include "core/parse/text.h"

namespace vigil::tables::processes {
namespace {

void add_status(Row& row, parse::ProcessStatus&& status) {
  row.name = std::move(status.name);
  row.state = std::string(1, status.state);
  row.parent = status.parent;
  row.threads = status.threads;
  row.uid = status.uid;
  row.euid = status.euid;
  row.suid = status.suid;
  row.gid = status.gid;
  row.egid = status.egid;
  row.sgid = status.sgid;
  row.wired_size = 0;
  if (status.resident_kib) row.resident_size = *status.resident_kib * 1024;
  if (status.total_kib) row.total_size = *status.total_kib * 1024;
}

void add_stat(Row& row, const parse::ProcessStat& stat, int64_t ticks_per_second) {
  row.pgroup = stat.group;
  row.nice = stat.nice;
  row.user_time = stat.user_ticks * 1000 / ticks_per_second;
  row.system_time = stat.system_ticks * 1000 / ticks_per_second;
}

// The kernel marks the name of a removed file with " (deleted)", in whichever
// mount namespace it was. A file may also really be called so: then it is there.
void add_executable(Row& row, const Dir& process) {
  constexpr std::string_view mark = " (deleted)";
  auto target = process.link("exe");
  row.on_disk = -1;
  if (!target || target->empty()) return;
  row.on_disk = 1;
  if (target->ends_with(mark)) {
    const auto running = process.stat("exe"), named = process.stat("root" + *target);
    const bool same = running && named && running->inode == named->inode && running->device == named->device;
    if (!same) {
      target->resize(target->size() - mark.size());
      row.on_disk = 0;
    }
  }
  row.path = std::move(*target);
}

void add_io(Row& row, const parse::ProcessIo& io) {
  row.disk_bytes_read = io.read;
  if (io.written) row.disk_bytes_written = *io.written - io.cancelled.value_or(0);
}

// "0::/user.slice" or "12:cpu:/docker/x": what follows the second colon of the first line.
sql::Text cgroup_path(std::string_view text) {
  std::string_view line = parse::cut(text, '\n');
  parse::cut(line, ':');
  parse::cut(line, ':');
  if (line.empty()) return std::nullopt;
  return std::string(line);
}

sql::Text link_of(const Dir& process, const char* name) {
  auto target = process.link(name);
  if (!target) return std::nullopt;
  return std::move(*target);
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const int64_t ticks_per_second = ::sysconf(_SC_CLK_TCK);
  const auto pids = co_await processes_asked(host, query.keys.pid.pinned(), query.keys.pid.values());

  sql::Int boot;
  if (query.needs(Source::boot))
    if (const auto text = host.read("/proc/stat")) boot = parse::boot_time(*text);

  for (const int64_t pid : pids) {
    if (!query.keys.pid.admits(pid)) continue;
    const auto process = enter_process(host, pid);
    if (!process) {
      query.skip(process.error());
      continue;
    }

    Row row;
    row.pid = pid;
    if (query.needs(Source::status)) {
      const auto text = process->read_record("status");
      auto status = text ? parse::process_status(*text) : std::nullopt;
      if (!status) {
        query.skip(text ? Error{"status of process " + std::to_string(pid) + " makes no sense"} : text.error());
        continue;
      }
      add_status(row, std::move(*status));
    }
    if (query.needs(Source::stat) || query.needs(Source::boot)) {
      const auto text = process->read_record("stat");
      const auto stat = text ? parse::process_stat(*text) : std::nullopt;
      if (!stat) {
        query.skip(text ? Error{"stat of process " + std::to_string(pid) + " makes no sense"} : text.error());
        continue;
      }
      add_stat(row, *stat, ticks_per_second);
      row.start_time = boot ? *boot + stat->start_ticks / ticks_per_second : -1;
    }
    if (query.needs(Source::cmdline))
      if (auto text = process->read("cmdline")) row.cmdline = parse::command_line(std::move(*text));
    if (query.needs(Source::exe)) add_executable(row, *process);
    if (query.needs(Source::cwd)) row.cwd = link_of(*process, "cwd");
    if (query.needs(Source::root)) row.root = link_of(*process, "root");
    if (query.needs(Source::io))
      if (const auto text = process->read_record("io")) add_io(row, parse::process_io(*text));
    if (query.needs(Source::cgroup))
      if (const auto text = process->read("cgroup")) row.cgroup_path = cgroup_path(*text);
    co_yield row;
  }
}

}  // namespace vigil::tables::processes
