// SPDX-License-Identifier: Apache-2.0
#include "core/parse/ecmascript.h"

namespace vigil::parse {
namespace {

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdefABCDEF") == text.npos; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Removes what follows a backslash from `rest` and says it in RE2's words.
Result<std::string> escape(std::string_view& rest, bool in_class) {
  if (rest.empty()) return std::string("\\");
  const char c = rest.front();
  rest.remove_prefix(1);
  switch (c) {
    case 's': return std::string(in_class ? "[:space:]" : "[[:space:]]");
    case 'S': return std::string(in_class ? "[:^space:]" : "[[:^space:]]");
    case 'b': return std::string(in_class ? "\\x08" : "\\b");
    case 'B':
    case 'd':
    case 'D':
    case 'w':
    case 'W':
    case 'f':
    case 'n':
    case 'r':
    case 't':
    case 'v':
    case 'x': return std::string{'\\', c};
    case '0': return std::string("\\x00");
    case 'u':
      if (rest.size() >= 4 && is_hex(rest.substr(0, 4))) {
        const std::string code(rest.substr(0, 4));
        rest.remove_prefix(4);
        return "\\x{" + code + "}";
      }
      return std::string("\\x");  // not well-formed for RE2 either
    case 'c':
      if (!rest.empty() && is_letter(rest.front())) {
        constexpr std::string_view digits = "0123456789abcdef";
        const int code = rest.front() & 31;
        rest.remove_prefix(1);
        return std::string("\\x") + digits[static_cast<size_t>(code >> 4)] + digits[static_cast<size_t>(code & 15)];
      }
      return std::string("\\x");
    default: break;
  }
  if (c >= '1' && c <= '9') return Error{"back references are not supported"};
  // Any other letter stands for itself, and so does a byte of a character that
  // is more than one.
  if (is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80) return std::string(1, c);
  return std::string{'\\', c};
}

}  // namespace

Result<std::string> ecmascript_to_re2(std::string_view pattern) {
  std::string out;
  std::string_view rest = pattern;
  const auto starts = [&](std::string_view with) { return rest.substr(0, with.size()) == with; };
  const auto skip = [&](std::string_view what) { return starts(what) && (rest.remove_prefix(what.size()), true); };
  bool in_class = false;
  while (!rest.empty()) {
    if (skip("\\")) {
      auto said = escape(rest, in_class);
      if (!said) return said;
      out += *said;
    } else if (in_class) {
      if (starts("[:")) {
        const size_t end = rest.find(":]");
        const size_t size = end == rest.npos ? 1 : end + 2;
        out += rest.substr(0, size);
        rest.remove_prefix(size);
        continue;
      }
      in_class = rest.front() != ']';
      out += rest.front();
      rest.remove_prefix(1);
    } else if (skip("[]")) {
      out += "[^\\x00-\\x{10FFFF}]";
    } else if (skip("[^]")) {
      out += "(?s:.)";
    } else if (starts("(?=") || starts("(?!") || starts("(?<")) {
      return Error{"look-ahead and look-behind are not supported"};
    } else {
      in_class = rest.front() == '[';
      if (rest.front() == '.')
        out += "[^\\n\\r]";
      else
        out += rest.front();
      rest.remove_prefix(1);
      if (in_class && skip("^")) out += '^';
    }
  }
  return out;
}

}  // namespace vigil::parse
