// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/options/help.h"

namespace vigil {
namespace {

constexpr size_t text_column = 48;
constexpr size_t widest_line = 120;

// Breaks a description at blanks, so that it fits beside the names.
std::string wrapped(std::string_view text) {
  std::string out;
  size_t used = text_column;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (used > text_column && used + 1 + word.size() > widest_line) {
      out += "\n" + std::string(text_column, ' ');
      used = text_column;
    } else if (used > text_column) {
      out += ' ';
      ++used;
    }
    out += word;
    used += word.size();
  }
  return out;
}

std::string line(std::string name, std::string_view description) {
  name = "  --" + name;
  if (name.size() + 2 > text_column)
    name += "\n" + std::string(text_column, ' ');
  else
    name.resize(text_column, ' ');
  return name + wrapped(description) + "\n";
}

std::string group(OptionKind kind, const std::string& title) {
  std::string out = "\n" + title + ":\n\n";
  for (const OptionInfo& option : all_options())
    if (option.kind == kind) out += line(std::string(option.name) + (is_bool(option) ? "" : " VALUE"), option.description);
  return out;
}

}  // namespace

std::string help_text(Role role, const std::string& program, const std::string& version) {
  const bool shell = role == Role::shell;
  std::string out =
      "Vigil " + version + ": this host as SQL tables\n\nUsage: " + program + (shell ? " [FLAG]... [SQL | .COMMAND]\n" : " [FLAG]...\n");
  out += group(OptionKind::cli, "Command line flags");
  out += group(OptionKind::option, "Configuration options (command line, flag file or configuration)");
  if (shell) out += group(OptionKind::shell, "Shell-only flags");
  if (shell)
    out += "\nExamples:\n\n  " + program + " 'SELECT path, type FROM mounts'\n  " + program +
           " --json 'SELECT name, value FROM osquery_flags'\n  echo 'SELECT 1' | " + program + " --csv\n";
  return out;
}

std::string full_help_text(const std::string& program, const std::string& version, const std::function<bool(const OptionInfo&)>& wanted) {
  std::string out = program + " version " + version + "\n\n";
  for (const OptionInfo& option : all_options()) {
    if (!wanted(option)) continue;
    const std::string type(type_name(option));
    const std::string quote = type == "string" ? "'" : "";
    out += line(std::string(option.name),
                std::string(option.description) + " (type: " + type + ", default: " + quote + std::string(option.default_text) + quote + ")");
  }
  return out;
}

}  // namespace vigil
