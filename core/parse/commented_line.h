// SPDX-License-Identifier: Apache-2.0
// A line of hosts(5), protocols(5) or services(5): fields separated by blanks
// and tabs, then perhaps "#" and a comment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

struct CommentedLine {
  std::vector<std::string_view> fields;  // none on a blank line
  std::string_view comment;              // without "#" and the white space around it

  // The fields from number `first` on, joined by blanks.
  std::string fields_from(size_t first) const;
};

CommentedLine commented_line(std::string_view line);

}  // namespace vigil::parse
