// SPDX-License-Identifier: Apache-2.0
// Lines of a sudoers file, as sudoers(5) describes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vigil::parse {

struct SudoersLine {
  std::string header;   // the first word: "Defaults", "%wheel", "@include"
  std::string details;  // what follows

  enum class Include : uint8_t { none, file, directory } include = Include::none;
  std::string path;  // of an include, without quotes and escapes
};

// Takes the next entry off `text`: continuation lines joined, comments left out.
std::optional<SudoersLine> sudoers_line(std::string_view& text);

}  // namespace vigil::parse
