// SPDX-License-Identifier: Apache-2.0
// npm_packages: what `npm ls --global --all` shows, for every place that is
// found.
//
// A node_modules may hold links to anywhere, back to itself too. Each package
// seen in a folder is a row, but a folder, whatever its name, is entered once.

#include "npm_packages.gen.h"

#include <set>

#include "core/host/accounts.h"
#include "core/host/directories.h"
#include "core/parse/package_json.h"

namespace vigil::tables::npm_packages {
namespace {

constexpr std::string_view system_sites[] = {"/usr/lib", "/usr/local/lib", "/opt/homebrew/lib", "/home/linuxbrew/.linuxbrew/lib"};
constexpr std::string_view home_sites[] = {
    ".npm-global/lib",
    ".npm-packages/lib",
    ".local/lib",
    ".nvm/versions/node/*/lib",
    ".asdf/installs/nodejs/*/lib",
    ".fnm/node-versions/*/installation/lib",
    ".local/share/fnm/node-versions/*/installation/lib",
    ".local/share/mise/installs/node/*/lib",
    ".volta/tools/image/node/*/lib",
    ".volta/tools/image/packages/*/lib",
};
constexpr int64_t default_depth = 100;

std::vector<std::string> sites(const Query& query) {
  if (query.keys.directory.pinned()) return query.keys.directory.values();
  const Host& host = query.host();
  std::vector<std::string> found(std::begin(system_sites), std::end(system_sites));
  std::set<std::string> homes;
  if (const auto users = local_users(host))
    for (const auto& user : *users)
      if (user.home.starts_with('/') && user.home != "/") homes.insert(user.home);
  for (const auto& home : homes) {
    if (!host.stat(home)) continue;
    for (const auto site : home_sites)
      for (auto& path : matching_directories(host, home + "/" + std::string(site))) found.push_back(std::move(path));
  }
  return found;
}

// The packages in one node_modules: folders, and folders in folders for a scope.
std::vector<std::string> packages(const Host& host, const std::string& modules) {
  std::vector<std::string> found;
  const auto entries = host.list(modules);
  if (!entries) return found;
  for (const Entry& entry : *entries) {
    if (entry.name[0] == '.' || entry.type == FileType::regular) continue;
    const std::string path = modules + "/" + entry.name;
    if (entry.name[0] != '@') {
      found.push_back(path);
    } else if (const auto scoped = host.list(path)) {
      for (const Entry& inner : *scoped)
        if (inner.name[0] != '.' && inner.type != FileType::regular) found.push_back(path + "/" + inner.name);
    }
  }
  return found;
}

bool missing(const Error& error) { return error.code == ENOENT || error.code == ENOTDIR || error.code == ELOOP; }

// False when there is no package.json, so no package.
bool add_manifest(const Query& query, const std::string& path, Row& row) {
  constexpr size_t most = 4 * 1024 * 1024;
  if (!query.needs(Source::manifest)) {
    const auto stat = query.host().stat(path);
    return stat || !missing(stat.error());
  }
  const auto text = query.host().read(path, most);
  if (!text) return !missing(text.error());
  auto package = parse::package_json(*text);
  if (!package) return true;
  row.name = std::move(package->name);
  row.version = std::move(package->version);
  row.description = std::move(package->description);
  row.author = std::move(package->author);
  row.license = std::move(package->license);
  row.homepage = std::move(package->homepage);
  return true;
}

struct Place {
  std::string folder;  // that may have a node_modules
  int64_t depth;
};

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  std::vector<int64_t> limits = {default_depth};
  if (query.keys.max_depth.pinned()) limits = query.keys.max_depth.values();

  for (const int64_t limit : limits) {
    std::set<std::pair<uint64_t, uint64_t>> entered;  // device and inode of each node_modules
    for (const std::string& site : sites(query)) {
      if (!site.starts_with('/')) continue;
      if (query.keys.directory.pinned()) entered.clear();
      std::vector<Place> places = {{site, 0}};
      while (!places.empty()) {
        const Place place = std::move(places.back());
        places.pop_back();
        const std::string modules = place.folder + (place.folder.ends_with('/') ? "" : "/") + "node_modules";
        const auto stat = host.stat(modules);
        if (!stat || stat->type != FileType::directory || !entered.emplace(stat->device, stat->inode).second) continue;
        for (const std::string& folder : packages(host, modules)) {
          Row row;
          row.path = folder + "/package.json";
          if (!add_manifest(query, *row.path, row)) continue;
          row.directory = site;
          row.depth = place.depth;
          row.max_depth = limit;
          if (limit < 0 || place.depth < limit) places.push_back({folder, place.depth + 1});
          co_yield row;
        }
      }
    }
  }
}

}  // namespace vigil::tables::npm_packages
