// SPDX-License-Identifier: Apache-2.0
#include "core/parse/text.h"

namespace vigil::parse {

std::vector<std::string_view> fields(std::string_view line) {
  std::vector<std::string_view> all;
  while (true) {
    const std::string_view word = field(line);
    if (word.empty()) return all;
    all.push_back(word);
  }
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty()) all.push_back(cut(text, '\n'));
  return all;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const auto& part : parts) {
    if (&part != parts.data()) out += separator;
    out += part;
  }
  return out;
}

std::string unescape_octal(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '7'; };
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '\\' && i + 3 < text.size() && text[i + 1] <= '3' && digit(text[i + 1]) && digit(text[i + 2]) && digit(text[i + 3]);
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>((text[i + 1] - '0') << 6 | (text[i + 2] - '0') << 3 | (text[i + 3] - '0'));
    i += 3;
  }
  return out;
}

}  // namespace vigil::parse
