// SPDX-License-Identifier: Apache-2.0
// Lines of /etc/shadow, as shadow(5) describes them. The hash itself is never
// kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vigil::parse {

struct Shadow {
  std::string name;
  std::string password_status;          // not_set, locked, empty, active
  std::optional<std::string> hash_alg;  // "6" of "$6$salt$hash", see crypt(5)
  // In days, see shadow(5); -1 where the field is empty.
  int64_t last_change = -1, min = -1, max = -1, warning = -1, inactive = -1, expire = -1, flag = -1;
};

std::optional<Shadow> shadow(std::string_view line);

}  // namespace vigil::parse
