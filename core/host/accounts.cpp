// SPDX-License-Identifier: Apache-2.0
#include "core/host/accounts.h"

#include <algorithm>

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
  const auto all = local_users(host);
  if (!all) return {};
  const std::vector<int64_t> wanted = pinned ? uids : std::vector<int64_t>{host.user()};
  std::vector<parse::User> asked;
  for (const auto& user : *all)
    if (std::find(wanted.begin(), wanted.end(), user.uid) != wanted.end()) asked.push_back(user);
  return asked;
}

}  // namespace vigil
