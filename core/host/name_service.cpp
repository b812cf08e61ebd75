// SPDX-License-Identifier: Apache-2.0
#include "core/host/name_service.h"

#include <pwd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <limits>
#include <mutex>

#include "core/parse/text.h"

namespace vigil {
namespace {

constexpr size_t largest_entry = 1024 * 1024;

std::string text_of(const char* text) { return text ? text : ""; }

parse::User to_user(const struct passwd& entry) {
  parse::User user;
  user.name = text_of(entry.pw_name);
  user.description = text_of(entry.pw_gecos);
  user.home = text_of(entry.pw_dir);
  user.shell = text_of(entry.pw_shell);
  user.uid = entry.pw_uid;
  user.gid = entry.pw_gid;
  return user;
}

// Calls one of the reentrant functions with a buffer that is large enough.
template <class Call>
std::vector<parse::User> look_up(const Call& call) {
  std::string buffer(4096, '\0');
  while (true) {
    struct passwd entry;
    struct passwd* found = nullptr;
    const int code = call(&entry, buffer.data(), buffer.size(), &found);
    if (code == EINTR) continue;
    if (code == ERANGE && buffer.size() < largest_entry) {
      buffer.resize(buffer.size() * 4);
      continue;
    }
    if (code != 0 || !found) return {};
    return {to_user(entry)};
  }
}

std::vector<parse::User> list(const Host& host) {
  // getpwent(3) has one position for the whole process.
  static std::mutex position;
  const std::lock_guard lock(position);
  std::vector<parse::User> all;
  ::setpwent();
  while (const struct passwd* entry = ::getpwent()) {
    all.push_back(to_user(*entry));
    if (host.access().stop && host.access().stop->load(std::memory_order_relaxed)) break;
  }
  ::endpwent();
  return all;
}

// What `ask` gives on this machine, or the users in "@passwd".
std::vector<parse::User> users(const Host& host, const std::function<std::vector<parse::User>()>& ask) {
  if (host.kind() == Host::Kind::container) return {};
  std::vector<parse::User> found;
  const auto text = host.fact("passwd", [&] {
    found = ask();
    return Result<std::string>(std::string());
  });
  if (!text) return {};
  for (const std::string_view line : parse::lines(*text))
    if (auto user = parse::user(line)) found.push_back(std::move(*user));
  return found;
}

template <class Is>
std::optional<parse::User> first(std::vector<parse::User> users, const Is& is) {
  const auto at = std::find_if(users.begin(), users.end(), is);
  if (at == users.end()) return std::nullopt;
  return std::move(*at);
}

}  // namespace

std::optional<parse::User> named_user(const Host& host, int64_t uid) {
  if (uid < 0 || uid > std::numeric_limits<uint32_t>::max()) return std::nullopt;
  const auto ask = [&] { return look_up([&](auto... out) { return ::getpwuid_r(static_cast<uid_t>(uid), out...); }); };
  return first(users(host, ask), [&](const parse::User& user) { return user.uid == uid; });
}

std::optional<parse::User> named_user(const Host& host, const std::string& name) {
  if (name.empty() || name.find('\0') != name.npos) return std::nullopt;
  const auto ask = [&] { return look_up([&](auto... out) { return ::getpwnam_r(name.c_str(), out...); }); };
  return first(users(host, ask), [&](const parse::User& user) { return user.name == name; });
}

std::vector<parse::User> named_users(const Host& host) {
  return users(host, [&] { return list(host); });
}

}  // namespace vigil
