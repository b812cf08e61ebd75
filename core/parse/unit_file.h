// SPDX-License-Identifier: Apache-2.0
// Unit files of systemd, systemd.unit(5), as far as starting is concerned.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

struct UnitFile {
  std::vector<std::string> exec_start;  // command lines, with the marks that systemd.service(5) allows before them
  std::string user;                     // whom they run as; empty for root, or for the user whose unit it is
  bool installs = false;                // [Install] says where enabling would link it to
  bool installs_others = false;         // [Install] names units that are enabled along with it
};

UnitFile unit_file(std::string_view text);

// True for the name of a unit: cron.service, getty@.service, dev-sda.swap.
bool is_unit_name(std::string_view name);

// "getty@.service" of "getty@tty1.service"; empty for a name that is no instance of a template.
std::string unit_template(std::string_view name);

}  // namespace vigil::parse
