// SPDX-License-Identifier: Apache-2.0
// Users that the name service knows: nsswitch.conf(5), so perhaps a directory
// server. Such a call can take as long as that server likes; nothing asks it
// unless the query says so or pins a uid that no local user has.
//
// Only a running machine has a name service. A directory answers from its file
// "@passwd", written like /etc/passwd; without it, and for a container, nobody
// is known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/host/host.h"
#include "core/parse/accounts.h"

namespace vigil {

std::optional<parse::User> named_user(const Host& host, int64_t uid);
std::optional<parse::User> named_user(const Host& host, const std::string& name);

// All that the service is willing to list, local users among them.
std::vector<parse::User> named_users(const Host& host);

}  // namespace vigil
