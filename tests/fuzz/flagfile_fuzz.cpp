// SPDX-License-Identifier: Apache-2.0
// A flag file and the first files that it includes are the input.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "osqueryd/options/command_line.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil;
  if (size > 1 << 16) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  int files = 0;
  const Surroundings surroundings = {
      [&](const std::string& path) -> Result<std::string> {
        if (++files > 4) return Error{"read '" + path + "': no more files"};
        return text;
      },
      [&](const std::string&) -> std::optional<std::string> { return text; },
  };
  const auto line = parse_command_line({"osqueryi", "--flagfile=/f", "x"}, surroundings);
  if (!line) {
    if (line.error().message.empty()) std::abort();
    return 0;
  }
  if (line->positional.size() != 1) std::abort();
  // What a flag says can be given to it again.
  OptionSet again(line->role);
  for (const OptionInfo& option : all_options()) {
    const std::string value = line->options.text(option);
    if (!again.set(option, value, Origin::command_line) || again.text(option) != value) std::abort();
  }
  return 0;
}
