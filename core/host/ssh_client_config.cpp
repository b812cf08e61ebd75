// SPDX-License-Identifier: Apache-2.0
#include "core/host/ssh_client_config.h"

#include <algorithm>
#include <cerrno>

#include "core/host/home.h"
#include "core/host/include_files.h"
#include "core/parse/ssh_config.h"
#include "core/parse/text.h"

namespace vigil {
namespace {

constexpr size_t deepest = 16, most_files = 256, most_bytes = 4 * 1024 * 1024;

}  // namespace

SshClientConfig::SshClientConfig(const Host& host, parse::User user, bool of_system)
    : host_(host), user_(std::move(user)), directory_(of_system ? "/etc/ssh/" : home_path(user_, ".ssh/")), of_system_(of_system) {
  if (!directory_.empty()) open(directory_ + (of_system ? "ssh_config" : "config"), "");
}

void SshClientConfig::open(const std::string& path, const std::string& block) {
  const auto refused = [&](const char* why) { errors_.push_back({"read '" + path + "': " + why, ELOOP}); };
  const auto is_open = [&](const File& file) { return file.path == path; };
  if (std::any_of(open_.begin(), open_.end(), is_open)) return refused("includes itself");
  if (open_.size() >= deepest) return refused("included too deep");
  if (files_ >= most_files || bytes_ >= most_bytes) return refused("too much is included");
  auto text = read_as(host_, user_, path, most_bytes - bytes_);
  if (!text) {
    if (text.error().code != ENOENT) errors_.push_back(std::move(text.error()));
    return;
  }
  ++files_;
  bytes_ += text->size();
  open_.push_back({path, std::move(*text), 0, block, {}});
}

std::vector<std::string> SshClientConfig::included(const std::vector<std::string>& patterns) {
  std::vector<std::string> paths;
  for (const auto& pattern : patterns) {
    std::string path = pattern;
    if (path.starts_with("~/") && !of_system_) {
      path = home_path(user_, path.substr(2));
    } else if (!path.starts_with('/')) {
      path = directory_ + path;
    }
    // Each pattern may list many directories.
    if (++patterns_ > most_files || paths.size() >= most_files) break;
    for (auto& file : include_files(host_, path, most_files - paths.size())) paths.push_back(std::move(file));
  }
  std::reverse(paths.begin(), paths.end());
  return paths;
}

std::optional<SshClientConfig::Option> SshClientConfig::next() {
  while (!open_.empty()) {
    File& file = open_.back();
    if (!file.includes.empty()) {
      const std::string path = std::move(file.includes.back());
      file.includes.pop_back();
      open(path, std::string(file.block));
      continue;
    }
    if (file.at >= file.text.size()) {
      open_.pop_back();
      continue;
    }
    std::string_view rest = std::string_view(file.text).substr(file.at);
    const auto option = parse::ssh_option(parse::cut(rest, '\n'));
    file.at = file.text.size() - rest.size();
    if (!option) continue;
    if (option->is_block()) {
      file.block = option->line;
      continue;
    }
    if (option->keyword == "include") file.includes = included(option->arguments);
    return Option{file.path, file.block, std::string(option->line)};
  }
  return std::nullopt;
}

}  // namespace vigil
