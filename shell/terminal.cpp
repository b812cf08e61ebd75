// SPDX-License-Identifier: Apache-2.0
#include "shell/terminal.h"

#include <unistd.h>

#include <cstdlib>

namespace vigil::shell {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

bool can_erase(int fd) {
  const std::string_view term = environment("TERM");
  return ::isatty(fd) && !term.empty() && term != "dumb";
}

bool colored(int fd, std::string_view wish) {
  if (wish == "always") return true;
  return wish != "never" && can_erase(fd) && environment("NO_COLOR").empty();
}

std::string prompt(bool continuing, bool connected, bool color) {
  const std::string text = std::string(connected ? "[*]" : "") + (continuing ? "    ...> " : "osquery> ");
  if (!color || environment("TERM").find("xterm-256color") == std::string_view::npos) return text;
  return "\x1b[38;5;147m" + text + "\x1b[0m";
}

}  // namespace vigil::shell
