// SPDX-License-Identifier: Apache-2.0
// last: what last(1) makes its list from, a row for each login and each logout.

#include "last.gen.h"

#include <cerrno>

#include "core/host/record_file.h"
#include "core/parse/utmp.h"

namespace vigil::tables::last {

sql::Rows<Row> scan(Query query) {
  constexpr int64_t user_process = 7, dead_process = 8;  // utmp(5)

  auto opened = RecordFile::open(query.host(), "/var/log/wtmp", parse::login_size);
  if (!opened && opened.error().code == ENOENT) co_return;
  RecordFile file = co_await std::move(opened);

  while (const auto record = co_await file.next()) {
    const auto login = parse::login(*record);
    if (!login || (login->type != user_process && login->type != dead_process)) continue;
    Row row;
    row.username = login->user;
    row.tty = login->line;
    row.pid = login->pid;
    row.type = login->type;
    row.type_name = login->type == user_process ? "user-process" : "dead-process";
    row.time = login->time;
    row.host = login->host;
    co_yield row;
  }
}

}  // namespace vigil::tables::last
