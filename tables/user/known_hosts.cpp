// SPDX-License-Identifier: Apache-2.0
// known_hosts: the lines that "ssh-keygen -l -f ~/.ssh/known_hosts" reads.
//
// The files belong to users; core/host/home.h tells which are shown.

#include "known_hosts.gen.h"

#include <cerrno>

#include "core/host/accounts.h"
#include "core/host/home.h"
#include "core/parse/text.h"

namespace vigil::tables::known_hosts {

sql::Rows<Row> scan(Query query) {
  for (const auto& user : users_asked(query.host(), query.keys.uid.pinned(), query.keys.uid.values())) {
    for (const char* name : {".ssh/known_hosts", ".ssh/known_hosts2"}) {
      const std::string path = home_path(user, name);
      const auto text = read_as(query.host(), user, path);
      if (!text) {
        if (text.error().code != ENOENT) query.skip(text.error());
        continue;
      }
      for (std::string_view rest = *text; !rest.empty();) {
        const std::string_view line = parse::trim(parse::cut(rest, '\n'));
        if (line.empty() || line[0] == '#') continue;
        Row row;
        row.uid = user.uid;
        row.key = line;
        row.key_file = path;
        co_yield row;
      }
    }
  }
}

}  // namespace vigil::tables::known_hosts
