// SPDX-License-Identifier: Apache-2.0
// The configuration in files.

#include <cerrno>
#include <filesystem>

#include "core/host/host.h"
#include "core/host/walk.h"
#include "core/parse/path_pattern.h"
#include "osqueryd/config/load.h"

namespace vigil::config {
namespace {

constexpr size_t largest_file = 64 * 1024 * 1024;
constexpr size_t most_packs = 10'000;

std::string absolute(const std::string& path) {
  std::error_code failed;
  const auto out = std::filesystem::absolute(path, failed);
  return failed ? path : out.string();
}

}  // namespace

Result<Sources> read_files(const std::string& path) {
  const auto host = Host::live();
  if (!host) return host.error();
  const auto stat = host->stat(absolute(path));
  if (!stat || stat->type != FileType::regular) return Error{"config file does not exist: " + path};

  Sources sources;
  auto text = host->read(absolute(path), largest_file);
  if (!text) return text.error();
  sources[path] = std::move(*text);

  const std::string directory = path + ".d";
  const auto entries = host->list(absolute(directory));
  if (!entries) return entries.error().code == ENOENT ? Result<Sources>(std::move(sources)) : entries.error();
  for (const Entry& entry : *entries) {
    if (!entry.name.ends_with(".conf") || entry.type == FileType::directory) continue;
    const std::string file = directory + "/" + entry.name;
    auto part = host->read(absolute(file), largest_file);
    if (!part) return part.error();
    sources[file] = std::move(*part);
  }
  return sources;
}

Context file_context(std::string version, std::string host_name) {
  Context context;
  context.version = std::move(version);
  context.host_name = std::move(host_name);
  context.read_pack = [](const std::string&, const std::string& path) -> Result<std::string> {
    const auto host = Host::live();
    if (!host) return host.error();
    return host->read(absolute(path), largest_file);
  };
  context.find_packs = [](const std::string& pattern) -> Result<std::map<std::string, std::string>> {
    const auto host = Host::live();
    if (!host) return host.error();
    std::map<std::string, std::string> packs;
    Walk walk(*host, parse::path_patterns(absolute(pattern), parse::PathSyntax::config), {}, [](const Error&) {});
    while (packs.size() < most_packs && walk.next())
      if (walk.type() != FileType::directory) packs.emplace(std::filesystem::path(walk.path()).stem().string(), walk.path());
    return packs;
  };
  return context;
}

}  // namespace vigil::config
