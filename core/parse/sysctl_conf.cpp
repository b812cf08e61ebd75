// SPDX-License-Identifier: Apache-2.0
#include "core/parse/sysctl_conf.h"

#include <algorithm>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

std::string with_separators_swapped(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c == '.')
      c = '/';
    else if (c == '/')
      c = '.';
  }
  return out;
}

// One path component against a pattern with * and ?.
bool matches(std::string_view pattern, std::string_view name) {
  size_t p = 0, n = 0, star = pattern.npos, resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != pattern.npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool path_matches(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty())
    if (!matches(cut(pattern, '/'), cut(path, '/'))) return false;
  return pattern.empty() && path.empty();
}

}  // namespace

std::string sysctl_path(std::string_view key) {
  const size_t first = key.find_first_of("./");
  if (first == key.npos || key[first] == '/') return std::string(key);
  return with_separators_swapped(key);
}

std::string sysctl_name(std::string_view path) { return with_separators_swapped(path); }

void SysctlConf::add(std::string_view text) {
  while (!text.empty()) {
    std::string_view rest = trim(cut(text, '\n'));
    if (rest.empty() || rest[0] == '#' || rest[0] == ';') continue;
    const bool assigns = rest.find('=') != rest.npos;
    const bool minus = rest[0] == '-';  // before an assignment: a failure to set it is no failure
    if (minus) rest.remove_prefix(1);
    std::string path = sysctl_path(trim(cut(rest, '=')));
    if (path.empty()) continue;
    if (!assigns) {
      if (minus) excluded_.insert(std::move(path));
      continue;
    }
    std::string value(trim(rest));
    if (path.find_first_of("*?") != path.npos)
      patterns_.emplace_back(std::move(path), std::move(value));
    else
      plain_[std::move(path)] = std::move(value);
  }
}

std::optional<std::string> SysctlConf::value(const std::string& path) const {
  if (const auto found = plain_.find(path); found != plain_.end()) return found->second;
  if (excluded_.contains(path)) return std::nullopt;
  const auto last = std::find_if(patterns_.rbegin(), patterns_.rend(), [&](const auto& p) { return path_matches(p.first, path); });
  if (last == patterns_.rend()) return std::nullopt;
  return last->second;
}

}  // namespace vigil::parse
