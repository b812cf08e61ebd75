// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/shell_history.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using vigil::parse::ShellHistory;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto shell : {ShellHistory::Shell::plain, ShellHistory::Shell::zsh, ShellHistory::Shell::ksh, ShellHistory::Shell::fish}) {
    ShellHistory history(shell, text);
    size_t total = 0;
    while (const auto command = history.next()) {
      if (command->text.empty()) std::abort();
      total += command->text.size();
    }
    if (total > size) std::abort();
  }
  return 0;
}
