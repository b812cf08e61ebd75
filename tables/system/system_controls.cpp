// SPDX-License-Identifier: Apache-2.0
// system_controls: what sysctl -a prints, beside what sysctl --system would set.
//
// A few settings are triggers: to write them makes the kernel drop its caches,
// to read vm.stat_refresh makes every CPU sum up its statistics. Only what has
// read permission is read, and that one is not.

#include "system_controls.gen.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "core/parse/sysctl_conf.h"
#include "core/parse/text.h"

namespace vigil::tables::system_controls {
namespace {

constexpr std::string_view top = "/proc/sys/";
constexpr size_t deepest = 16;

bool ends_like_conf(std::string_view name) { return name.size() > 5 && name.ends_with(".conf"); }

parse::SysctlConf configuration(const Host& host) {
  // A file hides those of its name in the later directories; a link to
  // /dev/null, which cannot be read, hides them all.
  std::map<std::string, std::string> files;
  for (const char* folder : {"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"}) {
    const auto entries = host.list(folder);
    if (!entries) continue;
    for (const Entry& entry : *entries)
      if (ends_like_conf(entry.name)) files.try_emplace(entry.name, std::string(folder) + "/" + entry.name);
  }
  parse::SysctlConf conf;
  for (const auto& [name, path] : files)
    if (const auto text = host.read(path)) conf.add(*text);
  if (const auto text = host.read("/etc/sysctl.conf")) conf.add(*text);
  return conf;
}

// What a LIKE or GLOB pattern says before its first wildcard, in lower case.
std::string literal_start(const sql::Key<std::string>::Pattern& pattern) {
  const bool like = pattern.kind == sql::Key<std::string>::Pattern::Kind::like;
  return parse::lower(std::string_view(pattern.text).substr(0, pattern.text.find_first_of(like ? "%_" : "*?[")));
}

// Decides by names alone what has to be looked at.
class Wanted {
 public:
  explicit Wanted(const Query& query) {
    for (const auto& pattern : query.keys.name.patterns()) starts_.push_back(literal_start(pattern));
  }
  // `name` is the whole name of a setting, or that of a directory with a dot at its end.
  bool operator()(std::string_view name) const {
    const std::string lowered = parse::lower(name);
    const bool directory = name.ends_with('.');
    return std::all_of(starts_.begin(), starts_.end(),
                       [&](const std::string& start) { return lowered.starts_with(start) || (directory && start.starts_with(lowered)); });
  }

 private:
  std::vector<std::string> starts_;
};

struct Setting {
  std::string path;              // below /proc/sys
  std::optional<uint32_t> mode;  // where it had to be looked at to know that it exists
};

// Settings in the order of a walk.
void walk(const Host& host, const std::string& folder, const Wanted& wanted, size_t depth, std::vector<Setting>& settings) {
  const auto entries = host.list(std::string(top) + folder);
  if (!entries || depth > deepest) return;
  for (const Entry& entry : *entries) {
    std::string path = folder + entry.name;
    if (entry.type == FileType::directory) {
      path += '/';
      if (path != "fs/binfmt_misc/" && wanted(parse::sysctl_name(path))) walk(host, path, wanted, depth + 1, settings);
    } else if (wanted(parse::sysctl_name(path))) {
      settings.push_back({std::move(path), std::nullopt});
    }
  }
}

// The path of a name that someone asks for; nothing when it could lead elsewhere.
std::optional<std::string> asked_path(const std::string& name) {
  std::string path = parse::sysctl_path(name);
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view part = parse::cut(rest, '/');
    if (part.empty() || part == "." || part == "..") return std::nullopt;
  }
  if (path.empty() || path.ends_with('/') || path.starts_with("fs/binfmt_misc/")) return std::nullopt;
  return path;
}

std::vector<Setting> settings_asked(const Query& query) {
  const Host& host = query.host();
  std::vector<Setting> settings;
  if (query.keys.name.pinned()) {
    for (const auto& name : query.keys.name.values()) {
      auto path = asked_path(name);
      if (!path) continue;
      const auto stat = host.stat(std::string(top) + *path);
      if (stat && stat->type == FileType::regular) settings.push_back({std::move(*path), stat->mode});
    }
  } else if (query.keys.subsystem.pinned()) {
    for (const auto& subsystem : query.keys.subsystem.values())
      if (asked_path(subsystem) && subsystem.find('/') == subsystem.npos) walk(host, subsystem + "/", Wanted(query), 1, settings);
  } else {
    walk(host, "", Wanted(query), 0, settings);
  }
  return settings;
}

sql::Text current_value(const Host& host, const Setting& setting) {
  if (setting.path == "vm/stat_refresh") return std::nullopt;
  const std::string file = std::string(top) + setting.path;
  auto mode = setting.mode;
  if (!mode)
    if (const auto stat = host.stat(file)) mode = stat->mode;
  if (!mode || !(*mode & 0444)) return std::nullopt;
  const auto text = host.read(file);
  if (!text) return std::nullopt;
  return std::string(parse::trim(std::string_view(*text).substr(0, text->find('\0'))));
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  if (query.keys.oid.pinned()) co_return;
  const std::vector<Setting> settings = settings_asked(query);
  if (settings.empty()) co_return;
  parse::SysctlConf conf;
  if (query.needs(Source::config)) conf = configuration(host);

  for (const Setting& setting : settings) {
    Row row;
    row.name = parse::sysctl_name(setting.path);
    row.subsystem = setting.path.substr(0, setting.path.find('/'));
    if (!query.keys.subsystem.admits(*row.subsystem)) continue;
    row.type = "string";
    if (query.needs(Source::values)) row.current_value = current_value(host, setting);
    if (query.needs(Source::config)) row.config_value = conf.value(setting.path);
    co_yield row;
  }
}

}  // namespace vigil::tables::system_controls
