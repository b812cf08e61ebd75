// SPDX-License-Identifier: Apache-2.0
#include "core/parse/desktop_entry.h"

#include "core/parse/sections.h"
#include "core/parse/text.h"

namespace vigil::parse {

DesktopEntry desktop_entry(std::string_view text) {
  DesktopEntry entry;
  Sections file(text, Sections::Style::desktop);
  while (file.next()) {
    if (file.at("Desktop Entry", "Name"))
      entry.name = file.value();
    else if (file.at("Desktop Entry", "Exec"))
      entry.exec = file.value();
    else if (file.at("Desktop Entry", "Hidden"))
      entry.off |= file.value() == "true";
    else if (file.at("Desktop Entry", "X-GNOME-Autostart-enabled"))
      entry.off |= file.value() == "false";
  }
  return entry;
}

std::pair<std::string, std::string> split_exec(std::string_view exec) {
  exec = trim(exec);
  std::string program;
  bool quoted = false;
  size_t at = 0;
  for (; at < exec.size() && (quoted || !is_blank(exec[at])); ++at) {
    if (exec[at] == '"')
      quoted = !quoted;
    else if (quoted && exec[at] == '\\' && at + 1 < exec.size())
      program += exec[++at];
    else
      program += exec[at];
  }
  return {std::move(program), std::string(trim(exec.substr(at)))};
}

}  // namespace vigil::parse
