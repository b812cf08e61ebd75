// SPDX-License-Identifier: Apache-2.0
// The command line, read as gflags reads it: one dash or two, --x=v or --x v,
// --x and --nox for a bool, -- before what is no flag, flag files, environment
// variables. Later flags win over earlier ones.
//
// Other than gflags, a flag file that names an unknown flag is not passed over
// in silence: there is a warning, as there is for names that osquery once had.
// A file that includes itself is an error, blanks at the end of a line do not
// count, and "--name value" works there too.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "osqueryd/options/options.h"

namespace vigil {

// Where a command line leads to; tests answer from maps.
struct Surroundings {
  std::function<Result<std::string>(const std::string& path)> read_file;
  std::function<std::optional<std::string>(const std::string& name)> environment;
};

// Read when no flag file is named, if it can be.
inline constexpr const char* default_flag_file = "/etc/osquery/osquery.flags.default";

struct CommandLine {
  Role role = Role::shell;
  OptionSet options{Role::shell};
  std::vector<std::string> positional;  // what is no flag, in order
  std::vector<std::string> warnings;
  std::vector<size_t> secrets;  // indexes of arguments that hold a secret value
};

// The last component of the name that the program was called by.
std::string program_name(const std::vector<std::string>& arguments);

// Daemon when the program's name says osqueryd, else shell; -S and -D override.
Role choose_role(const std::vector<std::string>& arguments);

// True when one of the arguments asks for help, whatever the others are.
bool asks_for_help(const std::vector<std::string>& arguments);

// `arguments` as main() gets them, the program's name first. An error has a
// line for each thing that is wrong.
Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments, const Surroundings& surroundings);

}  // namespace vigil
