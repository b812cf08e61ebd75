// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/program.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "core/base/uuid.h"
#include "core/parse/text.h"
#include "osqueryd/extend/host.h"

namespace vigil {
namespace {

constexpr const char* masked = "********";

bool names(std::string_view comma_list, std::string_view wanted) {
  while (!comma_list.empty())
    if (parse::trim(parse::cut(comma_list, ',')) == wanted) return true;
  return false;
}

}  // namespace

Program::Program(OptionSet options, std::span<const sql::Table* const> tables)
    : options_(std::make_shared<const OptionSet>(std::move(options))), tables_(tables) {
  info_.pid = ::getpid();
  info_.start_time = std::time(nullptr);
  info_.uuid = random_uuid();
  info_.instance_id = random_uuid();
  info_.version = VIGIL_VERSION;
  info_.extensions = "inactive";
  info_.build_platform = "linux";
  info_.build_distro = VIGIL_BUILD_DISTRO;
}

sql::ProgramInfo Program::program() const {
  const std::lock_guard lock(mutex_);
  return info_;
}

void Program::use(OptionSet options) {
  auto next = std::make_shared<const OptionSet>(std::move(options));
  const std::lock_guard lock(mutex_);
  options_ = std::move(next);
}

std::shared_ptr<const OptionSet> Program::options() const {
  const std::lock_guard lock(mutex_);
  return options_;
}

void Program::change(const std::function<void(sql::ProgramInfo&)>& change) {
  const std::lock_guard lock(mutex_);
  change(info_);
}

std::vector<sql::FlagInfo> Program::flags() const {
  const auto options = this->options();
  std::vector<sql::FlagInfo> flags;
  for (const OptionInfo& option : all_options()) {
    if (!option.listed || option.name.size() < 2) continue;
    std::string value = options->text(option);
    if (option.secret && !value.empty()) value = masked;
    flags.push_back({std::string(option.name), std::string(type_name(option)), std::string(option.description), std::string(option.default_text),
                     std::move(value), option.kind == OptionKind::shell});
  }
  for (const auto& [name, value] : options->custom()) flags.push_back({name, "string", "Not a flag of this program", "", value, false});
  std::sort(flags.begin(), flags.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return flags;
}

std::vector<sql::PluginInfo> Program::plugins() const {
  std::vector<sql::PluginInfo> plugins = {{"sql", "sql", 0, false, true}};
  const auto options = this->options();
  const Options& values = options->values();
  for (const sql::Table* table : tables_) {
    const std::string_view name = table->info.name;
    if (names(values.disable_tables, name) || (!values.enable_tables.empty() && !names(values.enable_tables, name))) continue;
    plugins.push_back({"table", std::string(name), 0, false, true});
  }
  if (const auto* host = host_.load())
    for (const auto& plugin : host->manager().plugins()) plugins.push_back({plugin.registry, plugin.name, plugin.uuid, false, true});
  return plugins;
}

std::vector<sql::ExtensionProcessInfo> Program::extension_processes() const {
  if (!extensions_) return {};
  auto processes = extensions_->read();
  const auto* host = host_.load();
  if (!host) return processes;
  for (const auto& member : host->manager().members()) {
    const auto at = std::find_if(processes.begin(), processes.end(), [&](const auto& process) { return process.pid == member.pid; });
    if (at == processes.end()) continue;
    at->uuid = member.uuid;
    at->name = member.info.name;
  }
  return processes;
}

std::vector<sql::ExtensionInfo> Program::extensions() const {
  const auto* host = host_.load();
  if (!host) return {};
  const std::string version = program().version;
  std::vector<sql::ExtensionInfo> all = {{0, "core", version, version.substr(0, version.find('+')), host->socket(), "core"}};
  for (const auto& member : host->manager().members())
    all.push_back({member.uuid, member.info.name, member.info.version, member.info.sdk_version, member.path, "extension"});
  return all;
}

std::string Program::option(std::string_view name) const {
  const auto options = this->options();
  if (const OptionInfo* option = find_option(name)) return options->text(*option);
  const auto custom = options->custom().find(name);
  return custom == options->custom().end() ? "" : custom->second;
}

}  // namespace vigil
