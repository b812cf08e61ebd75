// SPDX-License-Identifier: Apache-2.0
#include "core/parse/accounts.h"

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

// A user or group ID: 32 bits, and what 64-bit programs print of it.
std::optional<int64_t> id(std::string_view text) {
  const auto value = number<uint32_t>(text);
  if (!value) return std::nullopt;
  return static_cast<int64_t>(*value);
}

bool is_entry(std::string_view line) { return !line.empty() && line[0] != '#' && line[0] != '+' && line[0] != '-'; }

}  // namespace

std::optional<User> user(std::string_view line) {
  if (!is_entry(line)) return std::nullopt;
  User u;
  u.name = cut(line, ':');
  cut(line, ':');
  const auto uid = id(cut(line, ':')), gid = id(cut(line, ':'));
  if (u.name.empty() || !uid || !gid) return std::nullopt;
  u.uid = *uid;
  u.gid = *gid;
  u.description = cut(line, ':');
  u.home = cut(line, ':');
  u.shell = cut(line, ':');
  return u;
}

std::optional<Group> group(std::string_view line) {
  if (!is_entry(line)) return std::nullopt;
  Group g;
  g.name = cut(line, ':');
  cut(line, ':');
  const auto gid = id(cut(line, ':'));
  if (g.name.empty() || !gid) return std::nullopt;
  g.gid = *gid;
  std::string_view members = cut(line, ':');
  while (!members.empty()) {
    if (const auto member = trim(cut(members, ',')); !member.empty()) g.members.emplace_back(member);
  }
  return g;
}

}  // namespace vigil::parse
