// SPDX-License-Identifier: Apache-2.0
#include "core/parse/sudoers.h"

#include <algorithm>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Where the comment of a line starts. "#1000" is a user ID, "#include" a directive.
size_t comment(std::string_view line, bool first) {
  const size_t start = line.find_first_not_of(" \t");
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == '#' && !quoted) {
      const std::string_view rest = line.substr(i + 1);
      if (!rest.empty() && (is_digit(rest[0]) || (rest[0] == '-' && rest.size() > 1 && is_digit(rest[1])))) continue;
      if (first && i == start && rest.starts_with("include")) {
        const std::string_view after = rest.substr(rest.starts_with("includedir") ? 10 : 7);
        if (!after.empty() && is_blank(after[0])) continue;
      }
      return i;
    }
  }
  return line.npos;
}

// The first word; blanks within quotes or after a backslash belong to it.
size_t end_of_word(std::string_view text) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (is_blank(text[i]) && !quoted) {
      return i;
    }
  }
  return text.size();
}

std::string plain(std::string_view path) {
  path = path.substr(0, end_of_word(path));
  std::string out;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '"') continue;
    if (path[i] == '\\' && i + 1 < path.size()) ++i;
    out += path[i];
  }
  return out;
}

// The next entry as one line; a backslash at the end of a line joins the next one to it.
std::string joined(std::string_view& text) {
  std::string whole;
  bool first = true;
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    const size_t end = comment(line, first);
    if (!first && !line.empty() && is_blank(line[0])) {
      // The indent of a continuation line is one blank.
      const size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
      if (!whole.empty() && !is_blank(whole.back())) whole += ' ';
      whole += line.substr(indent, std::max(end, indent) - indent);
    } else {
      whole += line.substr(0, end);
    }
    first = false;
    if (end != line.npos || !line.ends_with('\\')) break;
    whole.pop_back();
  }
  return whole;
}

}  // namespace

std::optional<SudoersLine> sudoers_line(std::string_view& text) {
  while (!text.empty()) {
    const std::string whole = joined(text);
    const std::string_view entry = trim(whole);
    if (entry.empty()) continue;
    const size_t end = end_of_word(entry);
    SudoersLine line;
    line.header = entry.substr(0, end);
    line.details = trim(entry.substr(end));
    if (line.header == "#include" || line.header == "@include") line.include = SudoersLine::Include::file;
    if (line.header == "#includedir" || line.header == "@includedir") line.include = SudoersLine::Include::directory;
    if (line.include != SudoersLine::Include::none) line.path = plain(line.details);
    return line;
  }
  return std::nullopt;
}

}  // namespace vigil::parse
