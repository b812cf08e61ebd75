// SPDX-License-Identifier: Apache-2.0
// deb_package_files: what `dpkg-query -L` lists.
//
// A package has one list, named for the package alone or, where it may be
// installed for several architectures at once, for each of them "libc6:amd64".
// There is no index from paths to packages: to find the owner of one file all
// lists are searched, as `dpkg-query -S` does.

#include "deb_package_files.gen.h"

#include "core/parse/text.h"

namespace vigil::tables::deb_package_files {
namespace {

struct List {
  std::string package, file;  // `file` below the admindir
  bool sums = false;          // md5sums: a digest, two blanks, a path without its first slash
};

// "libc6" of "libc6:amd64.list"; nothing for a name that is no list.
std::string_view package_of(std::string_view name, std::string_view suffix) {
  if (!name.ends_with(suffix)) return {};
  name.remove_suffix(suffix.size());
  return name.substr(0, name.find(':'));
}

bool plain_name(const std::string& name) { return !name.empty() && name.find_first_of("/:") == name.npos && !name.starts_with('.'); }

// The lists of the packages asked for, with as few looks into folders as that takes.
std::vector<List> lists(const Query& query, const Dir& admindir) {
  std::vector<List> found;
  const auto& packages = query.keys.package;
  bool all = !packages.pinned();
  if (packages.pinned()) {
    for (const std::string& name : packages.values()) {
      if (!plain_name(name)) continue;
      if (admindir.stat("info/" + name + ".list"))
        found.push_back({name, "info/" + name + ".list"});
      else
        all = true;
    }
    if (!all) return found;
    found.clear();
  }

  for (const auto& [folder, suffix] : {std::pair("info", ".list"), std::pair("status.d", ".md5sums")}) {
    const auto names = admindir.list(folder);
    if (!names) continue;
    for (const Entry& entry : *names) {
      const std::string package(package_of(entry.name, suffix));
      if (package.empty() || !packages.admits(package)) continue;
      found.push_back({package, std::string(folder) + "/" + entry.name, suffix[1] == 'm'});
    }
  }
  return found;
}

// True when a whole line of `text` may end in `path`; spares most lists from being taken apart.
bool may_hold(std::string_view text, const sql::Key<std::string>& path) {
  if (!path.pinned()) return true;
  for (const std::string& value : path.values())
    if (!value.empty() && text.find(std::string_view(value).substr(1)) != text.npos) return true;
  return false;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const auto& paths = query.keys.path;
  if (paths.pinned() && paths.values().empty()) co_return;
  std::vector<std::string> admindirs = {"/var/lib/dpkg"};
  if (query.keys.admindir.pinned()) admindirs = query.keys.admindir.values();

  for (const std::string& name : admindirs) {
    const auto admindir = host.enter(name);
    if (!admindir) {
      if (admindir.error().code != ENOENT && admindir.error().code != ENOTDIR) query.skip(admindir.error());
      continue;
    }
    for (const List& list : lists(query, *admindir)) {
      const auto text = admindir->read(list.file);
      if (!text) {
        query.skip(text.error());
        continue;
      }
      if (!may_hold(*text, paths)) continue;
      for (std::string_view rest = *text; !rest.empty();) {
        std::string_view line = parse::cut(rest, '\n');
        if (list.sums) {
          parse::cut(line, ' ');
          line = parse::trim(line);
        }
        if (line.empty()) continue;
        Row row;
        row.path = (list.sums ? "/" : "") + std::string(line);
        if (!paths.admits(*row.path)) continue;
        row.package = list.package;
        row.admindir = name;
        co_yield row;
      }
    }
  }
}

}  // namespace vigil::tables::deb_package_files
