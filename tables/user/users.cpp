// SPDX-License-Identifier: Apache-2.0
// users: the accounts of /etc/passwd, what "getent -s files passwd" lists; with
// include_remote = 1 what "getent passwd" lists.
//
// Listing a directory server can take long and weigh on it. A pinned uid or
// username is looked up alone, and only when no local user has it.

#include "users.gen.h"

#include <cerrno>
#include <set>

#include "core/host/accounts.h"
#include "core/host/name_service.h"

namespace vigil::tables::users {
namespace {

Row to_row(const parse::User& user, bool remote) {
  Row row;
  row.uid = user.uid;
  row.gid = user.gid;
  row.uid_signed = static_cast<int32_t>(static_cast<uint32_t>(user.uid));
  row.gid_signed = static_cast<int32_t>(static_cast<uint32_t>(user.gid));
  row.username = user.name;
  row.description = user.description;
  row.directory = user.home;
  row.shell = user.shell;
  row.include_remote = remote ? 1 : 0;
  return row;
}

using Known = std::set<std::pair<int64_t, std::string>>;

// Users that the name service adds to the `known` ones.
std::vector<parse::User> others(const Query& query, const Known& known) {
  std::vector<parse::User> found;
  const auto add = [&](std::optional<parse::User> user) {
    if (user && !known.contains({user->uid, user->name})) found.push_back(std::move(*user));
  };
  const auto any = [&](const auto& is) { return std::any_of(known.begin(), known.end(), is); };
  if (query.keys.uid.pinned()) {
    for (const int64_t uid : query.keys.uid.values())
      if (!any([&](const auto& user) { return user.first == uid; })) add(named_user(query.host(), uid));
  } else if (query.keys.username.pinned()) {
    for (const auto& name : query.keys.username.values())
      if (!any([&](const auto& user) { return user.second == name; })) add(named_user(query.host(), name));
  } else {
    for (auto& user : named_users(query.host())) add(std::move(user));
  }
  return found;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  auto local = local_users(query.host());
  if (!local && local.error().code != ENOENT) co_await std::move(local);
  if (!local) local = std::vector<parse::User>();

  const auto& remote = query.keys.include_remote;
  const std::vector<int64_t> ways = remote.pinned() ? remote.values() : std::vector<int64_t>{0};
  for (const int64_t way : ways) {
    if (way != 0 && way != 1) continue;
    Known known;
    for (const auto& user : *local) {
      if (!query.keys.uid.admits(user.uid) || !query.keys.username.admits(user.name)) continue;
      if (way == 1) known.emplace(user.uid, user.name);
      const Row row = to_row(user, way == 1);
      co_yield row;
    }
    if (way == 0) continue;
    for (const auto& user : others(query, known)) {
      const Row row = to_row(user, true);
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::users
