// SPDX-License-Identifier: Apache-2.0
// suid_bin: what find(1) -perm /6000 -type f prints for the directories where
// programs belong, and for /tmp, where they do not.

#include "suid_bin.gen.h"

#include <algorithm>
#include <map>

#include "core/host/accounts.h"
#include "core/host/walk.h"
#include "core/sql/engine.h"

namespace vigil::tables::suid_bin {
namespace {

constexpr const char* directories[] = {"/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/tmp"};

using Names = std::map<int64_t, std::string>;

std::string name_of(const Names& names, int64_t id) {
  const auto name = names.find(id);
  return name == names.end() ? std::to_string(id) : name->second;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  std::vector<std::string> real;
  for (const char* directory : directories)
    if (auto path = host.resolve(directory)) real.push_back(std::move(*path));

  std::vector<parse::PathPattern> patterns;
  for (size_t i = 0; i < real.size(); ++i) {
    // Neither twice, nor as part of another one.
    const auto covers = [&](size_t other) { return real[i] == real[other] ? other < i : real[i].starts_with(real[other] + "/"); };
    bool covered = false;
    for (size_t other = 0; other < real.size(); ++other) covered |= other != i && covers(other);
    if (!covered) patterns.push_back(parse::PathPattern::below(real[i], true));
  }

  Names users, groups;
  if (query.needs(Source::passwd))
    if (const auto all = local_users(host))
      for (const auto& user : *all) users.emplace(user.uid, user.name);
  if (query.needs(Source::group))
    if (const auto all = local_groups(host))
      for (const auto& group : *all) groups.emplace(group.gid, group.name);

  Walk walk(host, std::move(patterns), {.skip_network = query.engine().option("skip_network_filesystems") == "true", .follow = false},
            [&](const Error& error) { query.skip(error); });
  Row row;
  while (walk.next()) {
    if (walk.type() != FileType::regular) continue;
    const auto stat = walk.stat(Links::keep);
    if (!stat || !(stat->mode & 06000)) continue;
    row.path = walk.path();
    row.permissions = std::string(stat->mode & 04000 ? "S" : "") + (stat->mode & 02000 ? "G" : "");
    row.username = name_of(users, stat->uid);
    row.groupname = name_of(groups, stat->gid);
    co_yield row;
  }
}

}  // namespace vigil::tables::suid_bin
