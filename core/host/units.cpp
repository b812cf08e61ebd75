// SPDX-License-Identifier: Apache-2.0
#include "core/host/units.h"

#include <algorithm>
#include <map>
#include <set>

namespace vigil {
namespace {

// A directory that units are looked for in.
struct Place {
  std::string path;
  Unit::Origin origin = Unit::Origin::file;
  bool runtime = false;
  bool config = false;  // links here are made by `systemctl enable`, not by packages
};

using Start = Unit::Start;

struct Found {
  std::map<std::string, Unit> units;
  std::map<std::string, Start> started;  // names that something in a config directory starts
};

void mark(Found& found, const std::string& name, const Place& place) {
  auto& start = found.started[name];
  start = std::max(start, place.runtime ? Start::runtime : Start::yes);
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// multi-user.target.wants and its kind.
bool is_start_directory(std::string_view name) { return name.ends_with(".wants") || name.ends_with(".requires") || name.ends_with(".upholds"); }

void add_link(const Host& host, const Place& place, Unit unit, Found& found) {
  const auto target = host.link(unit.path);
  if (!target) return;
  const std::string_view name = base_name(*target);
  if (*target == "/dev/null") {
    unit.origin = Unit::Origin::masked;
  } else if (name != unit.name) {
    // Another name of a unit; one that enabling made starts it like a link in .wants does.
    if (place.config) mark(found, std::string(name), place);
    unit.name.clear();  // takes the name, but is no unit of its own
  } else if (place.config) {
    unit.origin = Unit::Origin::linked;
  }
  const std::string key(base_name(unit.path));
  found.units.emplace(key, std::move(unit));
}

void add_place(const Host& host, const Place& place, Found& found) {
  const auto entries = host.list(place.path);
  if (!entries) return;
  for (const Entry& entry : *entries) {
    const std::string path = place.path + "/" + entry.name;
    if (place.config && is_start_directory(entry.name)) {
      if (const auto started = host.list(path))
        for (const Entry& link : *started)
          if (parse::is_unit_name(link.name)) mark(found, link.name, place);
    } else if (parse::is_unit_name(entry.name) && !found.units.contains(entry.name)) {
      Unit unit{entry.name, path, place.origin, place.runtime, Start::no};
      if (entry.type == FileType::symlink)
        add_link(host, place, std::move(unit), found);
      else if (entry.type != FileType::directory)
        found.units.emplace(entry.name, std::move(unit));
    }
  }
}

std::vector<Unit> finished(Found found) {
  for (const auto& [name, start] : found.started) {
    if (const auto own = found.units.find(name); own != found.units.end()) {
      own->second.start = start;
      continue;
    }
    // An instance has no file of its own; its template counts as enabled with it.
    const auto origin = found.units.find(parse::unit_template(name));
    if (origin == found.units.end()) continue;
    origin->second.start = std::max(origin->second.start, start);
    Unit instance = origin->second;
    instance.name = name;
    instance.start = start;
    found.units.emplace(name, std::move(instance));
  }
  std::vector<Unit> units;
  for (auto& [name, unit] : found.units)
    if (!unit.name.empty()) units.push_back(std::move(unit));
  return units;
}

}  // namespace

std::vector<Unit> system_units(const Host& host) {
  using Origin = Unit::Origin;
  const Place places[] = {
      {"/etc/systemd/system.control", Origin::file, false, true},
      {"/run/systemd/system.control", Origin::file, true, true},
      {"/run/systemd/transient", Origin::transient, true, false},
      {"/run/systemd/generator.early", Origin::generated, true, false},
      {"/etc/systemd/system", Origin::file, false, true},
      {"/run/systemd/system", Origin::file, true, true},
      {"/run/systemd/generator", Origin::generated, true, false},
      {"/usr/local/lib/systemd/system", Origin::file, false, false},
      {"/usr/lib/systemd/system", Origin::file, false, false},
      {"/lib/systemd/system", Origin::file, false, false},
      {"/run/systemd/generator.late", Origin::generated, true, false},
  };
  Found found;
  for (const Place& place : places) {
    // On most systems /lib is a link to /usr/lib.
    if (place.path == "/lib/systemd/system" && host.link("/lib")) continue;
    add_place(host, place, found);
  }
  return finished(std::move(found));
}

std::vector<Unit> user_units(const Host& host, const std::string& home) {
  Found found;
  add_place(host, {home + "/.config/systemd/user", Unit::Origin::file, false, true}, found);
  add_place(host, {home + "/.local/share/systemd/user", Unit::Origin::file, false, false}, found);
  return finished(std::move(found));
}

std::string_view unit_state(const Unit& unit, const parse::UnitFile& file, bool empty_file) {
  if (unit.origin == Unit::Origin::masked || empty_file) return unit.runtime ? "masked-runtime" : "masked";
  if (unit.origin == Unit::Origin::generated) return "generated";
  if (unit.origin == Unit::Origin::transient) return "transient";
  if (unit.start == Start::yes) return "enabled";
  if (unit.start == Start::runtime) return "enabled-runtime";
  if (unit.origin == Unit::Origin::linked) return unit.runtime ? "linked-runtime" : "linked";
  if (file.installs) return "disabled";
  return file.installs_others ? "indirect" : "static";
}

}  // namespace vigil
