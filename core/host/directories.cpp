// SPDX-License-Identifier: Apache-2.0
#include "core/host/directories.h"

#include "core/parse/text.h"

namespace vigil {
namespace {

constexpr size_t most = 1000;

bool matches(std::string_view name, std::string_view before, std::string_view after) {
  return name[0] != '.' && name.size() >= before.size() + after.size() && name.starts_with(before) && name.ends_with(after);
}

}  // namespace

std::vector<std::string> matching_directories(const Host& host, std::string_view pattern) {
  std::vector<std::string> found = {""};
  while (!pattern.empty()) {
    const std::string_view component = parse::cut(pattern, '/');
    if (component.empty()) continue;
    const size_t star = component.find('*');
    if (star == component.npos) {
      for (auto& path : found) (path += '/') += component;
      continue;
    }
    const std::string_view before = component.substr(0, star), after = component.substr(star + 1);
    std::vector<std::string> deeper;
    for (const auto& path : found) {
      const auto entries = host.list(path.empty() ? "/" : path);
      if (!entries) continue;
      for (const bool links : {false, true})
        for (const Entry& entry : *entries) {
          const bool link = entry.type == FileType::symlink;
          const bool directory = link || entry.type == FileType::directory || entry.type == FileType::unknown;
          if (directory && link == links && deeper.size() < most && matches(entry.name, before, after)) deeper.push_back(path + "/" + entry.name);
        }
    }
    found = std::move(deeper);
  }
  return found;
}

}  // namespace vigil
