// SPDX-License-Identifier: Apache-2.0
// startup_items: what `systemctl list-unit-files` lists, and the scripts and
// desktop entries that start beside it.
//
// All of it is files. Those in homes are written by users; they are read as
// text and nothing in them is followed.

#include "startup_items.gen.h"

#include <set>

#include "core/host/accounts.h"
#include "core/host/units.h"
#include "core/parse/desktop_entry.h"
#include "core/parse/text.h"

namespace vigil::tables::startup_items {
namespace {

constexpr size_t most = 1024 * 1024;  // of a unit file or desktop entry

sql::Text text(std::string value) {
  if (value.empty()) return std::nullopt;
  return value;
}

std::vector<Entry> entries_of(const Query& query, const std::string& folder) {
  auto entries = query.host().list(folder);
  if (entries) return std::move(*entries);
  if (entries.error().code != ENOENT && entries.error().code != ENOTDIR) query.skip(entries.error());
  return {};
}

Row item(const char* type, const std::string& folder, const sql::Text& user) {
  Row row;
  row.type = type;
  row.source = folder + "/";
  row.username = user;
  return row;
}

void add_desktop_entries(const Query& query, const std::string& folder, const sql::Text& user, std::vector<Row>& rows) {
  for (const Entry& entry : entries_of(query, folder)) {
    if (!entry.name.ends_with(".desktop")) continue;
    const auto content = query.host().read(folder + "/" + entry.name, most);
    if (!content) {
      query.skip(content.error());
      continue;
    }
    parse::DesktopEntry desktop = parse::desktop_entry(*content);
    auto [program, arguments] = parse::split_exec(desktop.exec);
    Row row = item("Startup Item", folder, user);
    row.name = desktop.name.empty() ? entry.name : std::move(desktop.name);
    row.path = text(std::move(program));
    row.args = text(std::move(arguments));
    row.status = desktop.off ? "disabled" : "enabled";
    rows.push_back(std::move(row));
  }
}

void add_scripts(const Query& query, const std::string& folder, const sql::Text& user, const sql::Text& status, std::vector<Row>& rows) {
  for (const Entry& entry : entries_of(query, folder)) {
    if (entry.type == FileType::directory || entry.name[0] == '.') continue;
    const std::string path = folder + "/" + entry.name;
    // What is not executable, like the README of /etc/init.d, does not start.
    const auto stat = query.host().stat(path);
    if (!stat || stat->type != FileType::regular || !(stat->mode & 0111)) continue;
    Row row = item("Startup Item", folder, user);
    row.name = entry.name;
    row.path = path;
    row.status = status;
    rows.push_back(std::move(row));
  }
}

// The scripts that some runlevel starts; nothing when the host has no runlevels.
std::optional<std::set<std::string>> started_scripts(const Host& host) {
  std::set<std::string> names;
  bool any = false;
  for (const char* top : {"/etc", "/etc/rc.d"})
    for (const char* level : {"2", "3", "4", "5", "S"}) {
      const auto links = host.list(std::string(top) + "/rc" + level + ".d");
      if (!links) continue;
      any = true;
      for (const Entry& link : *links)
        if (link.name.size() > 3 && link.name[0] == 'S') names.insert(link.name.substr(3));
    }
  if (const auto levels = host.list("/etc/runlevels")) {
    any = true;
    for (const Entry& level : *levels)
      if (const auto links = host.list("/etc/runlevels/" + level.name))
        for (const Entry& link : *links) names.insert(link.name);
  }
  if (!any) return std::nullopt;
  return names;
}

Row to_row(const Query& query, const Unit& unit, const sql::Text& user) {
  Row row = item("systemd unit", unit.path.substr(0, unit.path.rfind('/')), user);
  row.name = unit.name;
  row.path = unit.path;
  if (!query.needs(Source::details)) return row;
  parse::UnitFile file;
  bool empty = false;
  if (unit.origin != Unit::Origin::masked) {
    const auto content = query.host().read(unit.path, most);
    if (!content) return row;
    empty = content->empty();
    file = parse::unit_file(*content);
  }
  row.status = unit_state(unit, file, empty);
  row.args = text(parse::join(file.exec_start, "; "));
  if (!user) row.username = text(std::move(file.user));
  return row;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  for (const Unit& unit : system_units(host)) {
    const Row row = to_row(query, unit, std::nullopt);
    co_yield row;
  }

  std::vector<Row> rows;
  add_scripts(query, "/etc/init.d", std::nullopt, std::nullopt, rows);
  if (query.needs(Column::status) && !rows.empty()) {
    if (const auto started = started_scripts(host))
      for (Row& row : rows) row.status = started->contains(*row.name) ? "enabled" : "disabled";
  }
  add_desktop_entries(query, "/etc/xdg/autostart", std::nullopt, rows);
  for (const Row& row : rows) co_yield row;

  std::set<std::string> homes;
  const auto users = local_users(host);
  if (!users) co_return;
  for (const auto& user : *users) {
    if (!user.home.starts_with('/') || user.home == "/" || !homes.insert(user.home).second || !host.stat(user.home)) continue;
    rows.clear();
    add_desktop_entries(query, user.home + "/.config/autostart", user.name, rows);
    add_scripts(query, user.home + "/.config/autostart-scripts", user.name, "enabled", rows);
    for (const Unit& unit : user_units(host, user.home)) rows.push_back(to_row(query, unit, user.name));
    for (const Row& row : rows) co_yield row;
  }
}

}  // namespace vigil::tables::startup_items
