// SPDX-License-Identifier: Apache-2.0
// What the Desktop Entry and the Desktop Application Autostart Specification
// say of one program.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace vigil::parse {

struct DesktopEntry {
  std::string name;  // in no particular language
  std::string exec;  // the command line as it is written
  bool off = false;  // hidden, or switched off by its user
};

DesktopEntry desktop_entry(std::string_view text);

// The program of an Exec line, without quotes, and its arguments as they are written.
std::pair<std::string, std::string> split_exec(std::string_view exec);

}  // namespace vigil::parse
