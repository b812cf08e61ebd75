// SPDX-License-Identifier: Apache-2.0
// osquery_extension_processes: the extensions that the program starts. What one
// uses is read when it is asked for.

#include "osquery_extension_processes.gen.h"

#include <unistd.h>

#include "core/host/processes.h"
#include "core/parse/process.h"
#include "core/sql/engine.h"

namespace vigil::tables::osquery_extension_processes {
namespace {

Row row_of(const sql::ExtensionProcessInfo& info) {
  Row row;
  row.path = info.path;
  row.state = info.state;
  if (info.pid >= 0) row.pid = info.pid;
  if (info.uuid >= 0) row.uuid = info.uuid;
  if (!info.name.empty()) row.name = info.name;
  row.starts = info.starts;
  row.quick_ends = info.quick_ends;
  row.limit_hits = info.limit_hits;
  if (info.started > 0) row.started = info.started;
  if (info.next_start > 0) row.next_start = info.next_start;
  if (!info.last_end.empty()) row.last_end = info.last_end;
  return row;
}

void add_times(Row& row, const Dir& process) {
  const auto text = process.read_record("stat");
  const auto stat = text ? parse::process_stat(*text) : std::nullopt;
  if (!stat) return;
  const int64_t ticks_per_second = ::sysconf(_SC_CLK_TCK);
  row.user_time = stat->user_ticks * 1000 / ticks_per_second;
  row.system_time = stat->system_ticks * 1000 / ticks_per_second;
}

void add_memory(Row& row, const Dir& process) {
  const auto text = process.read_record("status");
  const auto status = text ? parse::process_status(*text) : std::nullopt;
  if (status && status->resident_kib) row.resident_size = *status->resident_kib * 1024;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const bool stat_asked = query.needs(Source::stat), status_asked = query.needs(Source::status);
  for (const sql::ExtensionProcessInfo& info : query.engine().extension_processes()) {
    Row row = row_of(info);
    // One that has just ended has no more files; the next query tells of its end.
    if (info.pid >= 0 && (stat_asked || status_asked))
      if (const auto process = enter_process(query.host(), info.pid)) {
        if (stat_asked) add_times(row, *process);
        if (status_asked) add_memory(row, *process);
      }
    co_yield row;
  }
}

}  // namespace vigil::tables::osquery_extension_processes
