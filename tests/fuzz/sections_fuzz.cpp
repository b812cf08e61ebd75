// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/desktop_entry.h"
#include "core/parse/sections.h"
#include "core/parse/unit_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil::parse;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto style : {Sections::Style::unit, Sections::Style::desktop}) {
    Sections file(text, style);
    size_t total = 0;
    while (file.next()) total += file.key().size() + file.value().size() + 1;
    if (total > size) std::abort();
  }
  const UnitFile unit = unit_file(text);
  for (const auto& command : unit.exec_start)
    if (command.empty()) std::abort();
  const auto [program, arguments] = split_exec(desktop_entry(text).exec);
  if (program.size() + arguments.size() > size) std::abort();
  if (const std::string name = unit_template(text); name.size() > size) std::abort();
  return 0;
}
