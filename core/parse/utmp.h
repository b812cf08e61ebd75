// SPDX-License-Identifier: Apache-2.0
// Records of utmp and wtmp, as utmp(5) describes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vigil::parse {

struct Login {
  int64_t type = 0;  // 0 to 9 where utmp(5) names it
  int64_t pid = 0;
  std::string line, user, host;
  int64_t time = 0;  // seconds since the epoch
};

// The size of a record. It has 32-bit times, read as unsigned so that they
// last until 2106, but for the architectures that never had 32-bit programs.
#ifdef __aarch64__
constexpr size_t login_size = 400;
#else
constexpr size_t login_size = 384;
#endif

// One record; its size, 384 or 400, tells which layout it has.
std::optional<Login> login(std::string_view record);

// "user" for 7; "unknown" for what utmp(5) does not name.
std::string_view login_type_name(int64_t type);

}  // namespace vigil::parse
