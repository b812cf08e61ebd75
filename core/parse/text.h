// SPDX-License-Identifier: Apache-2.0
// Cutting text into lines, fields and numbers without copying it.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

// Removes and returns everything up to the next `separator`; the separator goes too.
inline std::string_view cut(std::string_view& rest, char separator) {
  const size_t at = rest.find(separator);
  const std::string_view head = rest.substr(0, at);
  rest = at == rest.npos ? std::string_view() : rest.substr(at + 1);
  return head;
}

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// `text` without white space (blank, tab, CR, LF) at either end.
inline std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Removes and returns the next field; fields are separated by runs of blanks and tabs.
inline std::string_view field(std::string_view& rest) {
  size_t start = 0;
  while (start < rest.size() && is_blank(rest[start])) ++start;
  size_t end = start;
  while (end < rest.size() && !is_blank(rest[end])) ++end;
  const std::string_view word = rest.substr(start, end - start);
  while (end < rest.size() && is_blank(rest[end])) ++end;
  rest = rest.substr(end);
  return word;
}

// All fields of `line`, see field().
std::vector<std::string_view> fields(std::string_view line);

// All lines of `text`, without their line ends; a last line without one counts.
std::vector<std::string_view> lines(std::string_view text);

// The whole of `text` as a number, or nothing. No sign for unsigned types, no blanks.
template <class Number = int64_t>
std::optional<Number> number(std::string_view text, [[maybe_unused]] int base = 10) {
  Number value = 0;
  std::from_chars_result read;
  if constexpr (std::is_floating_point_v<Number>)
    read = std::from_chars(text.data(), text.data() + text.size(), value);
  else
    read = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// ASCII lower case.
std::string lower(std::string_view text);

// `parts` with `separator` between them.
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// Undoes the kernel's \ooo escapes, as in /proc/self/mountinfo (proc(5)).
std::string unescape_octal(std::string_view text);

}  // namespace vigil::parse
