// SPDX-License-Identifier: Apache-2.0
// logged_in_users: what who(1) lists with -a.
//
// Systems made for times after 2038 have no utmp any more. There the sessions
// of systemd-logind answer, all of type "user".

#include "logged_in_users.gen.h"

#include <cerrno>

#include "core/host/record_file.h"
#include "core/parse/session.h"
#include "core/parse/utmp.h"

namespace vigil::tables::logged_in_users {
namespace {

constexpr std::string_view sessions = "/run/systemd/sessions";
constexpr size_t largest_session = 64 * 1024;

bool absent(const Error& error) { return error.code == ENOENT; }

Row to_row(const parse::Login& login) {
  Row row;
  row.type = parse::login_type_name(login.type);
  row.user = login.user;
  row.tty = login.line;
  row.host = login.host;
  row.time = login.time;
  row.pid = login.pid;
  return row;
}

Row to_row(const parse::Session& session) {
  Row row;
  row.type = "user";
  row.user = session.user;
  row.tty = session.tty;
  row.host = session.host;
  row.time = session.time;
  row.pid = session.leader;
  return row;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  auto opened = RecordFile::open(host, "/run/utmp", parse::login_size);
  // A disk image that was not running has no /run, but perhaps an old system's file.
  if (!opened && absent(opened.error())) opened = RecordFile::open(host, "/var/run/utmp", parse::login_size);

  if (opened || !absent(opened.error())) {
    RecordFile file = co_await std::move(opened);
    while (const auto record = co_await file.next()) {
      const auto login = parse::login(*record);
      if (!login || login->pid == 1) continue;
      const Row row = to_row(*login);
      co_yield row;
    }
    co_return;
  }

  auto listed = host.list(sessions);
  if (!listed && absent(listed.error())) co_return;
  const auto names = co_await std::move(listed);
  for (const Entry& entry : names) {
    if (entry.type == FileType::fifo) continue;  // what holds the session open
    const auto text = host.read(std::string(sessions) + "/" + entry.name, largest_session);
    if (!text) {
      query.skip(text.error());
      continue;
    }
    if (const auto session = parse::session(*text)) {
      const Row row = to_row(*session);
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::logged_in_users
