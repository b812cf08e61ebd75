// SPDX-License-Identifier: Apache-2.0
// A session of systemd-logind(8), as its file in /run/systemd/sessions tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vigil::parse {

struct Session {
  std::string user, tty, host;  // tty: a terminal, or an X display
  int64_t leader = 0;           // the process that opened it
  int64_t time = 0;             // seconds since the epoch
};

// Nothing for sessions that are closing and for those that no person sits at.
std::optional<Session> session(std::string_view text);

}  // namespace vigil::parse
