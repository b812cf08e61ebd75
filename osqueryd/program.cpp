// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/program.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "core/parse/text.h"

namespace vigil {
namespace {

constexpr const char* masked = "********";

bool names(std::string_view comma_list, std::string_view wanted) {
  while (!comma_list.empty())
    if (parse::trim(parse::cut(comma_list, ',')) == wanted) return true;
  return false;
}

}  // namespace

std::string random_uuid() {
  unsigned char b[16] = {};
  // Cannot fail for so few bytes once the kernel's generator is seeded, and waits until then.
  while (::getrandom(b, sizeof b, 0) < 0) continue;
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  char text[37];
  std::snprintf(text, sizeof text, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5], b[6],
                b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
  return text;
}

Program::Program(const OptionSet& options, std::span<const sql::Table* const> tables) : options_(options), tables_(tables) {
  info_.pid = ::getpid();
  info_.start_time = std::time(nullptr);
  info_.uuid = random_uuid();
  info_.instance_id = random_uuid();
  info_.version = VIGIL_VERSION;
  info_.extensions = "inactive";
  info_.build_platform = "linux";
  info_.build_distro = VIGIL_BUILD_DISTRO;
}

std::vector<sql::FlagInfo> Program::flags() const {
  std::vector<sql::FlagInfo> flags;
  for (const OptionInfo& option : all_options()) {
    if (!option.listed || option.name.size() < 2) continue;
    std::string value = options_.text(option);
    if (option.secret && !value.empty()) value = masked;
    flags.push_back({std::string(option.name), std::string(type_name(option)), std::string(option.description), std::string(option.default_text),
                     std::move(value), option.kind == OptionKind::shell});
  }
  for (const auto& [name, value] : options_.custom()) flags.push_back({name, "string", "Not a flag of this program", "", value, false});
  std::sort(flags.begin(), flags.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return flags;
}

std::vector<sql::PluginInfo> Program::plugins() const {
  std::vector<sql::PluginInfo> plugins = {{"sql", "sql", 0, false, true}};
  const Options& values = options_.values();
  for (const sql::Table* table : tables_) {
    const std::string_view name = table->info.name;
    if (names(values.disable_tables, name) || (!values.enable_tables.empty() && !names(values.enable_tables, name))) continue;
    plugins.push_back({"table", std::string(name), 0, false, true});
  }
  return plugins;
}

std::string Program::option(std::string_view name) const {
  if (const OptionInfo* option = find_option(name)) return options_.text(*option);
  const auto custom = options_.custom().find(name);
  return custom == options_.custom().end() ? "" : custom->second;
}

}  // namespace vigil
