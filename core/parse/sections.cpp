// SPDX-License-Identifier: Apache-2.0
#include "core/parse/sections.h"

#include "core/parse/text.h"

namespace vigil::parse {

bool Sections::next() {
  while (!rest_.empty()) {
    std::string_view line = trim(cut(rest_, '\n'));
    if (is_comment(line)) continue;
    if (line[0] == '[') {
      const size_t close = line.find(']');
      section_ = close == line.npos ? std::string_view() : line.substr(1, close - 1);
      continue;
    }
    bool goes_on = style_ == Style::unit && line.ends_with('\\');
    if (goes_on) {
      joined_.assign(trim(line.substr(0, line.size() - 1)));
      while (goes_on && !rest_.empty()) {
        std::string_view more = trim(cut(rest_, '\n'));
        if (!more.empty() && is_comment(more)) continue;
        goes_on = more.ends_with('\\');
        if (goes_on) more.remove_suffix(1);
        joined_ += ' ';
        joined_ += trim(more);
      }
      line = joined_;
    }
    const size_t equals = line.find('=');
    if (equals == line.npos) continue;
    key_ = trim(line.substr(0, equals));
    value_ = trim(line.substr(equals + 1));
    return true;
  }
  return false;
}

}  // namespace vigil::parse
