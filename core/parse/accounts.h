// SPDX-License-Identifier: Apache-2.0
// Lines of /etc/passwd and /etc/group, as passwd(5) and group(5) describe them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

struct User {
  std::string name, description, home, shell;
  int64_t uid = 0, gid = 0;
};

struct Group {
  std::string name;
  int64_t gid = 0;
  std::vector<std::string> members;
};

// Nothing for comments, NIS markers ("+") and lines that make no sense.
std::optional<User> user(std::string_view line);
std::optional<Group> group(std::string_view line);

}  // namespace vigil::parse
