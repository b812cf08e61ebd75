// SPDX-License-Identifier: Apache-2.0
// The units of systemd as its files have them, so that they can be listed
// where no systemd runs: on a mounted disk, in a container, from outside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/host/host.h"
#include "core/parse/unit_file.h"

namespace vigil {

struct Unit {
  std::string name, path;  // path: the file that counts, see systemd.unit(5) for the order of directories
  enum class Origin : unsigned char { file, linked, masked, transient, generated } origin = Origin::file;
  bool runtime = false;                                                     // the file, or the link that masks it, is in /run
  enum class Start : unsigned char { no, runtime, yes } start = Start::no;  // linked below /etc, or /run, to what starts it
};

// Units of the system manager, sorted by name. Other names of a unit are left
// out; an instance of a template is there when something starts it.
std::vector<Unit> system_units(const Host& host);

// Units that a user made or linked, below the home directory.
std::vector<Unit> user_units(const Host& host, const std::string& home);

// What `systemctl list-unit-files` calls the state of a unit; `text` is the content of its file.
std::string_view unit_state(const Unit& unit, const parse::UnitFile& file, bool empty_file);

}  // namespace vigil
