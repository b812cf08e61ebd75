// SPDX-License-Identifier: Apache-2.0
#include "core/parse/shell_history.h"

#include <algorithm>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

// "#1700000000" of bash, "#+1700000000" of tcsh.
std::optional<int64_t> time_line(std::string_view line) {
  if (!line.starts_with('#')) return std::nullopt;
  line.remove_prefix(line.starts_with("#+") ? 2 : 1);
  if (line.empty() || line[0] == '-') return std::nullopt;
  return number(line);
}

// Takes ": epoch:duration;" off a line of zsh.
std::optional<int64_t> take_stamp(std::string_view& line) {
  std::string_view rest = line;
  if (!rest.starts_with(": ")) return std::nullopt;
  rest.remove_prefix(2);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const auto time = number(cut(rest, ':'));
  const size_t end = rest.find(';');
  if (!time || *time < 0 || end == rest.npos || !number(rest.substr(0, end))) return std::nullopt;
  line = rest.substr(end + 1);
  return time;
}

// zsh writes some bytes as 0x83 and the byte with one bit changed.
std::string unmetafied(std::string_view line) {
  std::string out;
  out.reserve(line.size());
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x83' && i + 1 < line.size()) {
      out += static_cast<char>(line[++i] ^ 32);
    } else {
      out += line[i];
    }
  }
  return out;
}

// fish writes a line end as \n and a backslash as two.
std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '\\' && (next == 'n' || next == '\\')) {
      out += next == 'n' ? '\n' : '\\';
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

ShellHistory::ShellHistory(Shell shell, std::string_view text) : shell_(shell), rest_(text) {
  // A history of ksh starts with two bytes that tell its version.
  if (shell_ == Shell::ksh && rest_.starts_with("\x81\x01")) rest_.remove_prefix(2);
}

std::optional<Command> ShellHistory::next() { return shell_ == Shell::fish ? next_fish() : next_line(); }

std::optional<Command> ShellHistory::next_line() {
  while (!rest_.empty()) {
    std::string_view line = cut(rest_, '\n');
    if (shell_ == Shell::ksh) {
      line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
      while (line.ends_with('\0')) line.remove_suffix(1);
    }
    if (trim(line).empty()) continue;
    if (shell_ == Shell::zsh) {
      Command command;
      command.time = take_stamp(line).value_or(0);
      command.text = unmetafied(line);
      // A line end within a command has a backslash before it; one at the end of a command has a blank after it.
      while (line.ends_with('\\') && !rest_.empty()) {
        line = cut(rest_, '\n');
        command.text.back() = '\n';
        command.text += unmetafied(line);
      }
      if (trim(command.text).empty()) continue;
      return command;
    }
    if (const auto time = time_line(line)) {
      time_ = *time;
      continue;
    }
    Command command;
    command.time = time_;
    command.text = line;
    time_ = 0;
    return command;
  }
  return std::nullopt;
}

// - cmd: make
//   when: 1700000000
//   paths:
//     - Makefile
std::optional<Command> ShellHistory::next_fish() {
  constexpr std::string_view start = "- cmd: ", when = "  when: ";
  while (!rest_.empty()) {
    const std::string_view line = cut(rest_, '\n');
    if (!line.starts_with(start)) continue;
    Command command;
    command.text = unescaped(line.substr(start.size()));
    while (rest_.starts_with("  ")) {
      const std::string_view more = cut(rest_, '\n');
      if (more.starts_with(when)) command.time = number(trim(more.substr(when.size()))).value_or(0);
    }
    if (!trim(command.text).empty()) return command;
  }
  return std::nullopt;
}

}  // namespace vigil::parse
