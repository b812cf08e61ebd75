// SPDX-License-Identifier: Apache-2.0
// What both ends of the control socket agree on: a command is one line, the
// answer a line "OK" or "ERROR", then text up to the end.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vigil::watch {

inline constexpr size_t longest_command = 4096;  // with its newline
inline constexpr size_t longest_answer = 16 * 1024 * 1024;
inline constexpr int io_seconds = 10;

struct Command {
  std::string verb, argument;
};
// `line` without its newline.
Result<Command> parse_command(std::string_view line);

std::string answer_text(const Result<std::string>& answer);
Result<std::string> parse_answer(std::string_view text);

}  // namespace vigil::watch
