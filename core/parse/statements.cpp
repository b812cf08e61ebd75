// SPDX-License-Identifier: Apache-2.0
#include "core/parse/statements.h"

namespace vigil::parse {

void StatementScanner::add(std::string_view line) {
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const char next = i + 1 < line.size() ? line[i + 1] : '\0';
    switch (state_) {
      case State::quoted:
        // A doubled quote closes and opens again.
        if (c == close_) state_ = State::sql;
        break;
      case State::comment:
        if (c == '*' && next == '/') {
          state_ = State::sql;
          ++i;
        }
        break;
      case State::sql:
        if (c == ' ' || (c >= '\t' && c <= '\r')) break;
        if (c == '-' && next == '-') return;
        if (c == '/' && next == '*') {
          state_ = State::comment;
          ++i;
          break;
        }
        something_ = true;
        semicolon_ = c == ';';
        if (c == '\'' || c == '"' || c == '`' || c == '[') {
          state_ = State::quoted;
          close_ = c == '[' ? ']' : c;
        }
    }
  }
}

}  // namespace vigil::parse
