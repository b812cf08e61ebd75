// SPDX-License-Identifier: Apache-2.0
#include "core/parse/ssh_config.h"

#include <algorithm>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

// The next argument: a word, or what stands in quotes. A "#" begins a comment.
std::optional<std::string> argument(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  if (rest.empty() || rest[0] == '#') return std::nullopt;
  std::string out;
  char quote = '\0';
  size_t i = 0;
  for (; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '\\' && i + 1 < rest.size() && (rest[i + 1] == '\\' || rest[i + 1] == '"' || rest[i + 1] == '\'' || rest[i + 1] == ' ')) {
      out += rest[++i];
    } else if (quote) {
      if (c == quote)
        quote = '\0';
      else
        out += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (is_blank(c)) {
      break;
    } else {
      out += c;
    }
  }
  rest.remove_prefix(i);
  return out;
}

}  // namespace

std::optional<SshOption> ssh_option(std::string_view line) {
  line = trim(line);
  if (line.empty() || line[0] == '#') return std::nullopt;
  SshOption option;
  option.line = line;
  // The keyword ends at a blank or at the one "=" that may follow it.
  std::string_view rest = line;
  const size_t end = std::min(rest.find_first_of(" \t="), rest.size());
  option.keyword = lower(rest.substr(0, end));
  if (option.keyword.empty()) return std::nullopt;
  rest = trim(rest.substr(end));
  if (rest.starts_with('=')) rest = trim(rest.substr(1));
  while (auto word = argument(rest)) option.arguments.push_back(std::move(*word));
  return option;
}

}  // namespace vigil::parse
