// SPDX-License-Identifier: Apache-2.0
// user_groups: what id(1) prints for each local user.

#include "user_groups.gen.h"

#include <cerrno>
#include <set>
#include <unordered_map>

#include "core/host/accounts.h"

namespace vigil::tables::user_groups {

sql::Rows<Row> scan(Query query) {
  auto users = local_users(query.host());
  if (!users && users.error().code == ENOENT) co_return;
  const auto all = co_await std::move(users);

  std::unordered_map<std::string, std::vector<int64_t>> groups_of;
  if (const auto groups = local_groups(query.host())) {
    for (const auto& group : *groups)
      for (const auto& member : group.members) groups_of[member].push_back(group.gid);
  } else if (groups.error().code != ENOENT) {
    query.skip(groups.error());
  }

  std::set<std::pair<int64_t, int64_t>> seen;
  for (const auto& user : all) {
    if (!query.keys.uid.admits(user.uid)) continue;
    std::vector<int64_t> gids = {user.gid};
    if (const auto others = groups_of.find(user.name); others != groups_of.end())
      gids.insert(gids.end(), others->second.begin(), others->second.end());
    for (const int64_t gid : gids) {
      if (!query.keys.gid.admits(gid) || !seen.emplace(user.uid, gid).second) continue;
      Row row;
      row.uid = user.uid;
      row.gid = gid;
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::user_groups
