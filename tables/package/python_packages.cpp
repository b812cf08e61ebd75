// SPDX-License-Identifier: Apache-2.0
// python_packages: what `pip list` shows, for every interpreter that is found.
//
// Python keeps no register: packages are where interpreters and the managers
// of versions and environments put them. A home belongs to its user, who may
// have put anything there; only headers of metadata ever get out.

#include "python_packages.gen.h"

#include <set>

#include "core/host/accounts.h"
#include "core/host/directories.h"
#include "core/parse/python_metadata.h"

namespace vigil::tables::python_packages {
namespace {

// Where interpreters and environments have their lib/python<version>.
constexpr std::string_view system_prefixes[] = {"/usr", "/usr/local", "/opt/homebrew", "/home/linuxbrew/.linuxbrew", "/opt/pipx/venvs/*"};
constexpr std::string_view home_prefixes[] = {
    ".local",
    ".pyenv/versions/*",
    ".pyenv/versions/*/envs/*",
    ".asdf/installs/python/*",
    ".local/share/mise/installs/python/*",
    ".local/share/uv/python/*",
    ".local/share/uv/tools/*",
    ".local/share/pipx/venvs/*",
    ".local/pipx/venvs/*",
    ".cache/pypoetry/virtualenvs/*",
    ".conda/envs/*",
    ".virtualenvs/*",
    ".local/share/virtualenvs/*",
};
// The directories that conda's distributions make, below /opt and in homes.
constexpr std::string_view conda[] = {"conda", "anaconda3", "miniconda3", "miniforge3", "mambaforge", "micromamba"};

struct Site {
  std::string directory;
  std::optional<int64_t> uid;  // the user whose home it is in; without one the owner of the directory
};

void add_sites(const Host& host, const std::string& prefix, std::optional<int64_t> uid, std::vector<Site>& sites) {
  for (const char* lib : {"/lib/python*", "/lib64/python*"})
    for (const auto& python : matching_directories(host, prefix + lib))
      for (const char* name : {"/dist-packages", "/site-packages"}) sites.push_back({python + name, uid});
}

void add_conda(const Host& host, const std::string& below, std::optional<int64_t> uid, std::vector<Site>& sites) {
  for (const auto name : conda) {
    const std::string prefix = below + "/" + std::string(name);
    add_sites(host, prefix, uid, sites);
    add_sites(host, prefix + "/envs/*", uid, sites);
  }
}

std::vector<Site> sites(const Query& query) {
  const Host& host = query.host();
  std::vector<Site> found;
  if (query.keys.directory.pinned()) {
    for (const auto& directory : query.keys.directory.values())
      if (directory.starts_with('/')) found.push_back({directory, std::nullopt});
    return found;
  }
  for (const auto prefix : system_prefixes) add_sites(host, std::string(prefix), std::nullopt, found);
  add_conda(host, "/opt", std::nullopt, found);
  for (const auto& user : users_asked(host, query.keys.uid.pinned(), query.keys.uid.values())) {
    if (!user.home.starts_with('/') || user.home == "/") continue;
    for (const auto prefix : home_prefixes) add_sites(host, user.home + "/" + std::string(prefix), user.uid, found);
    add_conda(host, user.home, user.uid, found);
  }
  return found;
}

sql::Text text(std::string value) {
  if (value.empty()) return std::nullopt;
  return value;
}

void add_metadata(const Dir& site, const std::string& name, Row& row) {
  constexpr size_t headers = 256 * 1024;  // a long description may follow them
  const char* inside = name.ends_with(".dist-info") ? "/METADATA" : name.ends_with(".egg") ? "/EGG-INFO/PKG-INFO" : "/PKG-INFO";
  auto content = site.read_start(name + inside, headers);
  if (!content && content.error().code == ENOTDIR && name.ends_with(".egg-info")) content = site.read_start(name, headers);
  parse::PythonPackage package;
  if (content) package = parse::python_metadata(*content);
  if (package.name.empty()) {
    const parse::PythonPackage named = parse::python_file_name(name);
    package.name = named.name;
    if (package.version.empty()) package.version = named.version;
  }
  row.name = text(package.name);
  row.version = text(package.version);
  row.summary = text(package.summary);
  row.author = text(package.author);
  row.license = text(package.license);
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  std::set<std::pair<uint64_t, uint64_t>> seen;  // device and inode: /usr/lib64 may be /usr/lib
  for (const Site& place : sites(query)) {
    const auto site = host.enter(place.directory);
    if (!site) {
      if (site.error().code != ENOENT && site.error().code != ENOTDIR) query.skip(site.error());
      continue;
    }
    const auto stat = site->stat("");
    if (!stat) continue;
    if (!query.keys.directory.pinned() && !seen.emplace(stat->device, stat->inode).second) continue;
    const int64_t uid = place.uid.value_or(stat->uid);
    if (!query.keys.uid.admits(uid)) continue;

    const auto names = site->list("");
    if (!names) {
      query.skip(names.error());
      continue;
    }
    for (const Entry& entry : *names) {
      if (!parse::is_python_package(entry.name)) continue;
      Row row;
      row.uid = uid;
      row.path = place.directory + (place.directory.ends_with('/') ? "" : "/") + entry.name;
      row.directory = place.directory;
      if (query.needs(Source::metadata)) add_metadata(*site, entry.name, row);
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::python_packages
