// SPDX-License-Identifier: Apache-2.0
// History files of shells: bash and tcsh ("#epoch" lines), zsh (EXTENDED_HISTORY
// in zshoptions(1)), ksh, fish, or plain lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vigil::parse {

struct Command {
  int64_t time = 0;  // seconds since the epoch; 0 when the file does not say
  std::string text;
};

// The commands of one file, one by one.
class ShellHistory {
 public:
  enum class Shell : uint8_t { plain, zsh, ksh, fish };

  // `text` has to live as long.
  ShellHistory(Shell shell, std::string_view text);

  std::optional<Command> next();

 private:
  std::optional<Command> next_line();
  std::optional<Command> next_fish();

  Shell shell_;
  std::string_view rest_;
  int64_t time_ = 0;
};

}  // namespace vigil::parse
