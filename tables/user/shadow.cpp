// SPDX-License-Identifier: Apache-2.0
// shadow: what "chage -l" and "passwd -S" tell of each local password.

#include "shadow.gen.h"

#include <cerrno>

#include "core/parse/shadow.h"
#include "core/parse/text.h"

namespace vigil::tables::shadow {

sql::Rows<Row> scan(Query query) {
  auto read = query.host().read("/etc/shadow");
  if (!read && read.error().code == ENOENT) co_return;
  const std::string text = co_await std::move(read);

  for (std::string_view rest = text; !rest.empty();) {
    const auto entry = parse::shadow(parse::cut(rest, '\n'));
    if (!entry || !query.keys.username.admits(entry->name)) continue;
    Row row;
    row.username = entry->name;
    row.password_status = entry->password_status;
    row.hash_alg = entry->hash_alg;
    row.last_change = entry->last_change;
    row.min = entry->min;
    row.max = entry->max;
    row.warning = entry->warning;
    row.inactive = entry->inactive;
    row.expire = entry->expire;
    row.flag = entry->flag;
    co_yield row;
  }
}

}  // namespace vigil::tables::shadow
