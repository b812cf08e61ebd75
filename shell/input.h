// SPDX-License-Identifier: Apache-2.0
// The loop that takes lines - from a person or from a script - and runs the
// statements and meta-commands in them.
#pragma once

#include "shell/edit.h"
#include "shell/session.h"

namespace vigil::shell {

// Where lines come from; `continuing` is true within a statement.
using Lines = std::function<Editor::Input(bool continuing, std::string& line)>;

// Until the lines end or the session is leaving. The number of errors, about
// each of which standard error says something.
size_t run_lines(Session& session, const Lines& lines);

// The exit code: 1 when there was an error, unless .exit said another.
int run_script(Session& session, FILE* script);
int run_interactive(Session& session);

}  // namespace vigil::shell
