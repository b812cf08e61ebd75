// SPDX-License-Identifier: Apache-2.0
// Text as a terminal shows it: how many cells it takes, and how to show bytes
// that would otherwise act on the terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vigil::parse {

// The start of a text, decoded. Where it is not UTF-8, `valid` is false and
// `size` covers the bytes that one U+FFFD stands for (Unicode Standard, 3.9).
struct CodePoint {
  char32_t value;
  size_t size;
  bool valid;
};

// `text` must not be empty.
CodePoint first_code_point(std::string_view text);

// `text` with U+FFFD in place of what is not UTF-8.
std::string valid_utf8(std::string_view text);

// Cells of a terminal: 2 for a wide character, 0 for a combining one.
size_t cells(std::string_view text);

// The longest start of `text` that fits into `limit` cells.
std::string_view fit(std::string_view text, size_t limit);

// `text` with escapes - \n, \x1b, \u202e - in place of control characters,
// characters that change the direction of text, and bytes that are not UTF-8.
// Characters of `keep` stay as they are.
std::string printable(std::string_view text, std::string_view keep = {});

}  // namespace vigil::parse
