// SPDX-License-Identifier: Apache-2.0
#include "core/host/sshd_config.h"

#include <algorithm>
#include <optional>

#include "core/host/include_files.h"
#include "core/parse/ssh_config.h"
#include "core/parse/text.h"

namespace vigil {
namespace {

constexpr int deepest = 16;
constexpr size_t most_files = 256, largest_file = 1024 * 1024;

struct Search {
  const Host& host;
  std::string_view keyword;
  size_t files = 0;

  std::optional<std::vector<std::string>> in(const std::string& path, int depth) {
    if (depth > deepest || ++files > most_files) return std::nullopt;
    const auto text = host.read(path, largest_file);
    if (!text) return std::nullopt;
    for (std::string_view rest = *text; !rest.empty();) {
      auto option = parse::ssh_option(parse::cut(rest, '\n'));
      if (!option) continue;
      if (option->keyword == "match") return std::nullopt;
      if (option->keyword == keyword) return std::move(option->arguments);
      if (option->keyword != "include") continue;
      for (const auto& pattern : option->arguments)
        for (const auto& file : include_files(host, pattern.starts_with('/') ? pattern : "/etc/ssh/" + pattern, most_files))
          if (auto found = in(file, depth + 1)) return found;
    }
    return std::nullopt;
  }
};

}  // namespace

std::vector<std::string> sshd_option(const Host& host, std::string_view keyword) {
  Search search{host, keyword};
  return search.in("/etc/ssh/sshd_config", 0).value_or(std::vector<std::string>());
}

}  // namespace vigil
