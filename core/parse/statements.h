// SPDX-License-Identifier: Apache-2.0
// Where an SQL statement ends, in text that arrives line by line. Each
// character is looked at once, however long the statement grows.
#pragma once

#include <string_view>

namespace vigil::parse {

class StatementScanner {
 public:
  // The next line, without its line end.
  void add(std::string_view line);

  // The text so far ends with a `;` that is followed by blanks and comments only.
  bool complete() const { return state_ == State::sql && semicolon_; }
  // There were only blanks and closed comments so far.
  bool blank() const { return state_ == State::sql && !something_; }

 private:
  enum class State { sql, quoted, comment };
  State state_ = State::sql;
  char close_ = 0;  // what ends the quoted part
  bool something_ = false, semicolon_ = false;
};

}  // namespace vigil::parse
