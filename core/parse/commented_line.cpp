// SPDX-License-Identifier: Apache-2.0
#include "core/parse/commented_line.h"

#include "core/parse/text.h"

namespace vigil::parse {

std::string CommentedLine::fields_from(size_t first) const {
  std::string out;
  for (size_t i = first; i < fields.size(); ++i) (out += i == first ? "" : " ") += fields[i];
  return out;
}

CommentedLine commented_line(std::string_view line) {
  const std::string_view content = trim(cut(line, '#'));
  return {fields(content), trim(line)};
}

}  // namespace vigil::parse
