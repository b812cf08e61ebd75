// SPDX-License-Identifier: Apache-2.0
#include "core/parse/assignments.h"

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

bool is_name(std::string_view name) {
  for (const char c : name)
    if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return !name.empty();
}

// Concatenated quoted and unquoted parts. A blank outside of quotes, where a
// shell would stop, is kept: some vendors forget the quotes.
std::string unquoted(std::string_view text) {
  std::string out;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      // Within double quotes a backslash is itself unless it escapes one of these, see sh(1).
      const char next = text[i + 1];
      if (quote == '"' && next != '"' && next != '\\' && next != '$' && next != '`') {
        out += c;
      } else {
        out += next;
        ++i;
      }
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> assignments(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> all;
  while (!text.empty()) {
    std::string_view line = trim(cut(text, '\n'));
    if (line.empty() || line[0] == '#' || line.find('=') == line.npos) continue;
    const std::string_view name = cut(line, '=');
    if (is_name(name)) all.emplace_back(name, unquoted(line));
  }
  return all;
}

}  // namespace vigil::parse
