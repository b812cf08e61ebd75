// SPDX-License-Identifier: Apache-2.0
#include "core/parse/session.h"

#include "core/parse/text.h"

namespace vigil::parse {

std::optional<Session> session(std::string_view text) {
  Session s;
  std::string kind, state, display;
  while (!text.empty()) {
    std::string_view value = trim(cut(text, '\n'));
    const std::string_view name = cut(value, '=');
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
    if (name == "USER") s.user = value;
    if (name == "TTY") s.tty = value;
    if (name == "DISPLAY") display = value;
    if (name == "REMOTE_HOST") s.host = value;
    if (name == "LEADER") s.leader = number(value).value_or(0);
    if (name == "REALTIME") s.time = number(value).value_or(0) / 1000000;
    if (name == "CLASS") kind = value;
    if (name == "STATE") state = value;
  }
  if (s.tty.empty()) s.tty = display;
  if (s.user.empty() || !kind.starts_with("user") || state == "closing") return std::nullopt;
  return s;
}

}  // namespace vigil::parse
