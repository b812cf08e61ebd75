// SPDX-License-Identifier: Apache-2.0
// The local users and groups of a host, from its files alone: no name service
// is asked, so no query waits for a directory server. The one exception is a
// uid that a query pins and that no local user has.
#pragma once

#include <vector>

#include "core/host/host.h"
#include "core/parse/accounts.h"

namespace vigil {

// All lines of /etc/passwd and /etc/group that make sense, in file order.
Result<std::vector<parse::User>> local_users(const Host& host);
Result<std::vector<parse::Group>> local_groups(const Host& host);

// The users that a table of per-user data is asked for: those with the pinned
// uids, or the user that runs the query. Each pair of uid and home once. A
// pinned uid that no local user has is looked up in the name service.
std::vector<parse::User> users_asked(const Host& host, bool pinned, const std::vector<int64_t>& uids);

}  // namespace vigil
