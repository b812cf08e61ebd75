// SPDX-License-Identifier: Apache-2.0
// shell_history: what history(1) of each shell would show.
//
// The files belong to users; core/host/home.h tells which are shown.

#include "shell_history.gen.h"

#include <cerrno>

#include "core/host/accounts.h"
#include "core/host/home.h"
#include "core/parse/shell_history.h"

namespace vigil::tables::shell_history {
namespace {

using Shell = parse::ShellHistory::Shell;

struct File {
  std::string name;
  Shell shell;
};

std::vector<File> files(const Host& host, const parse::User& user) {
  std::vector<File> all = {
      {".bash_history", Shell::plain},
      {".zsh_history", Shell::zsh},
      {".zhistory", Shell::zsh},
      {".history", Shell::plain},
      {".sh_history", Shell::ksh},
      {".ash_history", Shell::plain},
      {".local/share/fish/fish_history", Shell::fish},
  };
  if (const auto sessions = host.list(home_path(user, ".bash_sessions")))
    for (const Entry& entry : *sessions)
      if (entry.name.ends_with(".history")) all.push_back({".bash_sessions/" + entry.name, Shell::plain});
  return all;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  for (const auto& user : users_asked(host, query.keys.uid.pinned(), query.keys.uid.values())) {
    if (home_path(user, "").empty()) continue;
    for (const auto& file : files(host, user)) {
      const std::string path = home_path(user, file.name);
      const auto text = read_as(host, user, path);
      if (!text) {
        if (text.error().code != ENOENT) query.skip(text.error());
        continue;
      }
      // Both tcsh and zsh may be told to write to .history.
      const bool is_zsh = file.name == ".history" && text->starts_with(": ");
      parse::ShellHistory history(is_zsh ? Shell::zsh : file.shell, *text);
      while (auto command = history.next()) {
        Row row;
        row.uid = user.uid;
        row.time = command->time;
        row.command = std::move(command->text);
        row.history_file = path;
        co_yield row;
      }
    }
  }
}

}  // namespace vigil::tables::shell_history
