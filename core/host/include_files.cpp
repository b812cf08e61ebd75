// SPDX-License-Identifier: Apache-2.0
#include "core/host/include_files.h"

#include <algorithm>

#include "core/parse/text.h"

namespace vigil {
namespace {

// "[a-z]" or "[!a-z]" at the start of `pattern`, which is taken off it.
bool in_set(std::string_view& pattern, char c) {
  size_t i = 1;
  const bool inverse = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (inverse) ++i;
  bool found = false;
  for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      found |= pattern[i] <= c && c <= pattern[i + 2];
      i += 3;
    } else {
      found |= pattern[i++] == c;
    }
  }
  pattern.remove_prefix(std::min(i + 1, pattern.size()));
  return found != inverse;
}

// glob(7) for one name. fnmatch(3) takes time without end for patterns with
// many stars, and users write these patterns.
bool matches(std::string_view pattern, std::string_view name) {
  if (name.starts_with('.') && !pattern.starts_with('.')) return false;
  std::string_view after_star, name_at_star;
  bool star = false;
  while (true) {
    if (pattern.starts_with('*')) {
      star = true;
      pattern.remove_prefix(1);
      after_star = pattern;
      name_at_star = name;
      continue;
    }
    bool same = pattern.empty() && name.empty();
    if (same) return true;
    if (!pattern.empty() && !name.empty()) {
      const char c = name[0];
      if (pattern[0] == '[') {
        same = in_set(pattern, c);
      } else {
        same = pattern[0] == '?' || pattern[0] == c;
        pattern.remove_prefix(1);
      }
      name.remove_prefix(1);
    }
    if (same) continue;
    // Let the last star take one character more.
    if (!star || name_at_star.empty()) return false;
    name_at_star.remove_prefix(1);
    name = name_at_star;
    pattern = after_star;
  }
}

}  // namespace

std::vector<std::string> include_files(const Host& host, std::string_view pattern, size_t max) {
  std::vector<std::string> found = {""};
  size_t levels = 0;
  while (!pattern.empty() && !found.empty()) {
    const std::string part(parse::cut(pattern, '/'));
    if (part.empty()) continue;
    if (++levels > 64) return {};
    std::vector<std::string> deeper;
    if (part.find_first_of("*?[") == part.npos) {
      for (auto& path : found) deeper.push_back(std::move(path += '/') + part);
    } else {
      for (const auto& path : found) {
        const auto names = host.list(path.empty() ? "/" : path);
        if (!names) continue;
        for (const Entry& entry : *names) {
          if (deeper.size() >= max) break;
          if (matches(part, entry.name)) deeper.push_back(path + "/" + entry.name);
        }
      }
    }
    found = std::move(deeper);
  }
  if (levels == 0) return {};
  return found;
}

}  // namespace vigil
