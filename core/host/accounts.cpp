// SPDX-License-Identifier: Apache-2.0
#include "core/host/accounts.h"

#include <algorithm>

#include "core/host/name_service.h"
#include "core/parse/text.h"

namespace vigil {
namespace {

template <class Entry>
Result<std::vector<Entry>> entries(const Host& host, const char* path, std::optional<Entry> (*parse_line)(std::string_view)) {
  const auto text = host.read(path);
  if (!text) return text.error();
  std::vector<Entry> all;
  for (const std::string_view line : parse::lines(*text))
    if (auto entry = parse_line(line)) all.push_back(std::move(*entry));
  return all;
}

}  // namespace

Result<std::vector<parse::User>> local_users(const Host& host) { return entries<parse::User>(host, "/etc/passwd", parse::user); }

Result<std::vector<parse::Group>> local_groups(const Host& host) { return entries<parse::Group>(host, "/etc/group", parse::group); }

std::vector<parse::User> users_asked(const Host& host, bool pinned, const std::vector<int64_t>& uids) {
  const std::vector<int64_t> wanted = pinned ? uids : std::vector<int64_t>{host.user()};
  if (wanted.empty()) return {};
  std::vector<parse::User> asked;
  std::vector<int64_t> missing = wanted;
  if (const auto text = host.read("/etc/passwd")) {
    for (std::string_view rest = *text; !rest.empty();) {
      auto user = parse::user(parse::cut(rest, '\n'));
      if (!user || std::find(wanted.begin(), wanted.end(), user->uid) == wanted.end()) continue;
      std::erase(missing, user->uid);
      // Two names of one uid with one home have the same data.
      if (std::none_of(asked.begin(), asked.end(), [&](const parse::User& u) { return u.uid == user->uid && u.home == user->home; }))
        asked.push_back(std::move(*user));
    }
  }
  for (const int64_t uid : missing)
    if (auto user = named_user(host, uid)) asked.push_back(std::move(*user));
  return asked;
}

}  // namespace vigil
