// SPDX-License-Identifier: Apache-2.0
// Files below home directories.
//
// Users own them, so they are hostile: a user may put a link to /etc/shadow
// where a table expects his key file, and have its content reported as his.
// What a path leads to is therefore shown only when the user himself could
// read it:
//   - files that he owns, and for uid 0 every file;
//   - files of root that everyone may read, in directories that everyone may
//     search: what a configuration manager links into home directories.
// Group rights and ACLs are not looked at. In a container with a user namespace
// of its own, uids are shifted; the owner of its root directory tells how far.
#pragma once

#include <string>
#include <string_view>

#include "core/host/host.h"
#include "core/parse/accounts.h"

namespace vigil {

// "/home/ann/.ssh/config" of ".ssh/config"; empty when the user has no home directory.
std::string home_path(const parse::User& user, std::string_view name);

// The whole of the regular file at `path`, an error with EACCES when `user`
// could not read it, with EFBIG when it is larger than `max` (0: Access::read_max).
Result<std::string> read_as(const Host& host, const parse::User& user, std::string_view path, size_t max = 0);

}  // namespace vigil
