// SPDX-License-Identifier: Apache-2.0
// authorized_keys: the keys that sshd(8) accepts for a user.
//
// The files belong to users and may be links to what they must not see: see
// core/host/home.h for which files are shown.

#include "authorized_keys.gen.h"

#include <cerrno>

#include "core/host/accounts.h"
#include "core/host/home.h"
#include "core/host/sshd_config.h"
#include "core/parse/ssh_key.h"
#include "core/parse/text.h"

namespace vigil::tables::authorized_keys {
namespace {

// A path of AuthorizedKeysFile for `user`, with the tokens of sshd_config(5).
std::string expanded(std::string_view pattern, const parse::User& user) {
  std::string path;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char token = pattern[i] == '%' && i + 1 < pattern.size() ? pattern[++i] : '\0';
    switch (token) {
      case '\0': path += pattern[i]; break;
      case '%': path += '%'; break;
      case 'h': path += user.home; break;
      case 'u': path += user.name; break;
      case 'U': path += std::to_string(user.uid); break;
      default: return {};
    }
  }
  return path.starts_with('/') ? path : home_path(user, path);
}

std::vector<std::string> key_files(const parse::User& user, const std::vector<std::string>& configured) {
  std::vector<std::string> files = {home_path(user, ".ssh/authorized_keys"), home_path(user, ".ssh/authorized_keys2")};
  for (const auto& pattern : configured) {
    if (pattern == "none") continue;
    auto path = expanded(pattern, user);
    if (std::find(files.begin(), files.end(), path) == files.end()) files.push_back(std::move(path));
  }
  std::erase(files, "");
  return files;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const auto users = users_asked(host, query.keys.uid.pinned(), query.keys.uid.values());
  if (users.empty()) co_return;
  const auto configured = sshd_option(host, "authorizedkeysfile");

  for (const auto& user : users) {
    for (const auto& path : key_files(user, configured)) {
      const auto text = read_as(host, user, path);
      if (!text) {
        if (text.error().code != ENOENT) query.skip(text.error());
        continue;
      }
      for (std::string_view rest = *text; !rest.empty();) {
        const auto key = parse::authorized_key(parse::cut(rest, '\n'));
        if (!key) continue;
        Row row;
        row.uid = user.uid;
        row.algorithm = key->algorithm;
        row.key = key->key;
        row.options = key->options;
        row.comment = key->comment;
        row.key_file = path;
        co_yield row;
      }
    }
  }
}

}  // namespace vigil::tables::authorized_keys
