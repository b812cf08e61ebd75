// SPDX-License-Identifier: Apache-2.0
// groups: the groups of /etc/group, what "getent -s files group" lists.

#include "groups.gen.h"

#include <cerrno>
#include <set>

#include "core/host/accounts.h"

namespace vigil::tables::groups {

sql::Rows<Row> scan(Query query) {
  auto groups = local_groups(query.host());
  if (!groups && groups.error().code == ENOENT) co_return;
  const auto all = co_await std::move(groups);

  std::set<std::pair<int64_t, std::string>> seen;
  for (const auto& group : all) {
    if (!query.keys.gid.admits(group.gid) || !seen.emplace(group.gid, group.name).second) continue;
    Row row;
    row.gid = group.gid;
    row.gid_signed = static_cast<int32_t>(static_cast<uint32_t>(group.gid));
    row.groupname = group.name;
    co_yield row;
  }
}

}  // namespace vigil::tables::groups
