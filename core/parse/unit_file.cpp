// SPDX-License-Identifier: Apache-2.0
#include "core/parse/unit_file.h"

#include "core/parse/sections.h"

namespace vigil::parse {

UnitFile unit_file(std::string_view text) {
  UnitFile unit;
  Sections file(text, Sections::Style::unit);
  while (file.next()) {
    const std::string_view value = file.value();
    if (file.at("Service", "ExecStart")) {
      if (value.empty())
        unit.exec_start.clear();
      else
        unit.exec_start.emplace_back(value);
    } else if (file.at("Service", "User") || file.at("Socket", "User") || file.at("Mount", "User") || file.at("Swap", "User")) {
      unit.user = value;
    } else if (file.section() == "Install") {
      const std::string_view key = file.key();
      if (value.empty()) continue;
      if (key == "WantedBy" || key == "RequiredBy" || key == "UpheldBy" || key == "Alias") unit.installs = true;
      if (key == "Also") unit.installs_others = true;
    }
  }
  return unit;
}

bool is_unit_name(std::string_view name) {
  for (const std::string_view suffix :
       {".service", ".socket", ".target", ".timer", ".path", ".mount", ".automount", ".swap", ".slice", ".scope", ".device"})
    if (name.size() > suffix.size() && name.ends_with(suffix)) return name[0] != '.' && name[0] != '@';
  return false;
}

std::string unit_template(std::string_view name) {
  const size_t at = name.find('@'), dot = name.rfind('.');
  if (at == name.npos || dot == name.npos || dot <= at + 1) return {};
  return std::string(name.substr(0, at + 1)) + std::string(name.substr(dot));
}

}  // namespace vigil::parse
