// SPDX-License-Identifier: Apache-2.0
// mine: a table of user data: the current user's unless uid is pinned.
#include "mine.gen.h"

#include "core/host/accounts.h"
#include "core/parse/text.h"

namespace vigil::tables::mine {

sql::Rows<Row> scan(Query query) {
  for (const auto& user : users_asked(query.host(), query.keys.uid.pinned(), query.keys.uid.values())) {
    const auto text = query.host().read(user.home + "/notes");
    if (!text) continue;
    for (const std::string_view line : parse::lines(*text)) {
      Row row;
      row.uid = user.uid;
      row.note = std::string(line);
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::mine
