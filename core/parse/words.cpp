// SPDX-License-Identifier: Apache-2.0
#include "core/parse/words.h"

namespace vigil::parse {
namespace {

bool space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool octal(char c) { return c >= '0' && c <= '7'; }

std::string unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    if (octal(c)) {
      unsigned value = static_cast<unsigned>(c - '0');
      for (int more = 0; more < 2 && i + 1 < text.size() && octal(text[i + 1]); ++more) value = value * 8 + static_cast<unsigned>(text[++i] - '0');
      out += static_cast<char>(value & 0xff);
    } else {
      out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> words(std::string_view line, size_t limit) {
  std::vector<std::string> out;
  size_t i = 0;
  while (out.size() < limit) {
    while (i < line.size() && space(line[i])) ++i;
    if (i == line.size()) break;
    const char quote = line[i];
    if (quote == '\'' || quote == '"') {
      const size_t start = ++i;
      while (i < line.size() && line[i] != quote) i += quote == '"' && line[i] == '\\' && i + 1 < line.size() ? 2 : 1;
      const std::string_view inside = line.substr(start, i - start);
      out.push_back(quote == '"' ? unescape(inside) : std::string(inside));
      if (i < line.size()) ++i;
    } else {
      const size_t start = i;
      while (i < line.size() && !space(line[i])) ++i;
      out.push_back(unescape(line.substr(start, i - start)));
    }
  }
  return out;
}

}  // namespace vigil::parse
