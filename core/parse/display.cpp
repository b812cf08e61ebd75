// SPDX-License-Identifier: Apache-2.0
#include "core/parse/display.h"

#include <algorithm>
#include <iterator>

#include "cell_widths.gen.h"

namespace vigil::parse {
namespace {

bool plain(char c) { return c >= 0x20 && c < 0x7f; }

template <size_t n>
bool in(const CodeRange (&ranges)[n], char32_t code) {
  const auto* at = std::upper_bound(std::begin(ranges), std::end(ranges), code, [](char32_t c, const CodeRange& range) { return c < range.first; });
  return at != std::begin(ranges) && code <= std::prev(at)->last;
}

size_t cells_of(const CodePoint& c) {
  if (!c.valid || c.value < 0x300) return 1;
  if (in(zero_width_characters, c.value)) return 0;
  return in(wide_characters, c.value) ? 2 : 1;
}

// Controls, line ends, marks and overrides of direction, and the invisible tag characters.
bool acts_on_terminal(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe007f);
}

void add_hex(std::string& out, char32_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 15];
}

void add_escape(std::string& out, char32_t c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (c < 0x80) {
    add_hex(out += "\\x", c, 2);
  } else if (c < 0x10000) {
    add_hex(out += "\\u", c, 4);
  } else {
    add_hex(out += "\\U", c, 8);
  }
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  // The second byte has a narrower range after some leads: no overlong forms, no surrogates, nothing above U+10FFFF.
  size_t size;
  unsigned low = 0x80, high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    size = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    size = 3;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    size = 4;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
  } else {
    return {0xfffd, 1, false};
  }
  char32_t value = lead & (0xff >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {0xfffd, i, false};
    value = value << 6 | (byte(i) & 0x3f);
    low = 0x80;
    high = 0xbf;
  }
  return {value, size, true};
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint c = first_code_point(text);
    out += c.valid ? text.substr(0, c.size) : "\xef\xbf\xbd";
    text.remove_prefix(c.size);
  }
  return out;
}

size_t cells(std::string_view text) {
  size_t count = 0;
  while (!text.empty()) {
    if (plain(text.front())) {
      ++count;
      text.remove_prefix(1);
      continue;
    }
    const CodePoint c = first_code_point(text);
    count += cells_of(c);
    text.remove_prefix(c.size);
  }
  return count;
}

std::string_view fit(std::string_view text, size_t limit) {
  size_t taken = 0, count = 0;
  while (taken < text.size()) {
    const CodePoint c = first_code_point(text.substr(taken));
    count += cells_of(c);
    if (count > limit) break;
    taken += c.size;
  }
  return text.substr(0, taken);
}

std::string printable(std::string_view text, std::string_view keep) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const char first = text.front();
    if (plain(first) || keep.find(first) != keep.npos) {
      out += first;
      text.remove_prefix(1);
      continue;
    }
    const CodePoint c = first_code_point(text);
    if (!c.valid) {
      for (const char byte : text.substr(0, c.size)) add_hex(out += "\\x", static_cast<unsigned char>(byte), 2);
    } else if (acts_on_terminal(c.value)) {
      add_escape(out, c.value);
    } else {
      out += text.substr(0, c.size);
    }
    text.remove_prefix(c.size);
  }
  return out;
}

}  // namespace vigil::parse
