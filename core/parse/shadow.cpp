// SPDX-License-Identifier: Apache-2.0
#include "core/parse/shadow.h"

#include <algorithm>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

std::string status(std::string_view password) {
  if (password.empty()) return "empty";
  if (password == "!!") return "not_set";
  if (password[0] == '!' || password[0] == '*' || password[0] == 'x') return "locked";
  return "active";
}

// The name between the first two "$". What is no name of a hash stays hidden:
// it may be part of one.
std::optional<std::string> algorithm(std::string_view password) {
  password.remove_prefix(std::min(password.find_first_not_of("!*"), password.size()));
  if (!password.starts_with('$')) return std::nullopt;
  password.remove_prefix(1);
  const size_t end = password.find('$');
  if (end == password.npos || end == 0 || end > 24) return std::nullopt;
  const std::string_view name = password.substr(0, end);
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_,=";
  if (name.find_first_not_of(allowed) != name.npos) return std::nullopt;
  return std::string(name);
}

}  // namespace

std::optional<Shadow> shadow(std::string_view line) {
  if (line.empty() || line[0] == '#' || line[0] == '+' || line[0] == '-') return std::nullopt;
  if (line.find(':') == line.npos) return std::nullopt;
  Shadow s;
  s.name = cut(line, ':');
  if (s.name.empty()) return std::nullopt;
  const std::string_view password = cut(line, ':');
  s.password_status = status(password);
  s.hash_alg = algorithm(password);
  for (int64_t* days : {&s.last_change, &s.min, &s.max, &s.warning, &s.inactive, &s.expire, &s.flag})
    if (const auto value = number(trim(cut(line, ':')))) *days = *value;
  return s;
}

}  // namespace vigil::parse
