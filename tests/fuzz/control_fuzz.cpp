// SPDX-License-Identifier: Apache-2.0
// A command that is accepted has a verb and no control characters.
#include <cstdlib>

#include "osqueryd/watch/control_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto command = vigil::watch::parse_command(text);
  if (command && (command->verb.empty() || (command->verb + command->argument).find_first_of("\n\r\x1b") != std::string::npos)) std::abort();
  const auto answer = vigil::watch::parse_answer(text);
  if (answer && "OK\n" + *answer != text) std::abort();
  return 0;
}
