// SPDX-License-Identifier: Apache-2.0
// ssh_configs: what ssh(1) reads before it connects, a row for each option.
//
// The files belong to users; core/host/home.h tells which are shown.

#include "ssh_configs.gen.h"

#include "core/host/accounts.h"
#include "core/host/ssh_client_config.h"
#include "core/parse/text.h"

namespace vigil::tables::ssh_configs {

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  struct Asked {
    parse::User user;
    bool of_system;
  };
  std::vector<Asked> asked;
  for (auto& user : users_asked(host, query.keys.uid.pinned(), query.keys.uid.values())) asked.push_back({std::move(user), false});
  if (query.keys.uid.admits(0)) asked.push_back({parse::User{.name = "root"}, true});

  for (auto& [user, of_system] : asked) {
    const int64_t uid = user.uid;
    SshClientConfig config(host, std::move(user), of_system);
    while (const auto option = config.next()) {
      Row row;
      row.uid = uid;
      row.block = parse::lower(option->block);
      row.option = parse::lower(option->line);
      row.ssh_config_file = option->file;
      co_yield row;
    }
    for (const Error& error : config.errors()) query.skip(error);
  }
}

}  // namespace vigil::tables::ssh_configs
