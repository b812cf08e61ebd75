// SPDX-License-Identifier: Apache-2.0
// The meta-commands: lines that start with a dot.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shell/session.h"

namespace vigil::shell {

// Runs one; `line` starts with the dot. False when it failed, after saying so on
// standard error. SQL after .types and .explain is the rest of the line. Asks to end the shell by way of session.leaving.
bool run_command(Session& session, std::string_view line);

// Their names, without the dot.
std::vector<std::string> command_names();

}  // namespace vigil::shell
