// SPDX-License-Identifier: Apache-2.0
// Engine: what the program knows of itself, for the tables that describe it
// (osquery_info, osquery_flags, osquery_registry) and for tables whose scan
// depends on an option.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::sql {

// Texts as gflags writes them; the value of a secret is masked.
struct FlagInfo {
  std::string name, type, description, default_value, value;
  bool shell_only = false;
};

struct PluginInfo {
  std::string registry, name;
  int64_t owner = 0;  // uuid of the extension that offers it; 0: the core
  bool internal = false, active = false;
};

struct ProgramInfo {
  int64_t pid = 0, watcher = -1, start_time = 0;
  // uuid names this machine where its firmware gives it no usable one.
  std::string uuid, instance_id, version, extensions;
  std::string config_hash;  // empty before a configuration was read
  std::string build_platform, build_distro;
  bool config_valid = false;
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual ProgramInfo program() const = 0;
  // Sorted by name.
  virtual std::vector<FlagInfo> flags() const = 0;
  virtual std::vector<PluginInfo> plugins() const = 0;
  // The value of an option as text; empty when there is none.
  virtual std::string option(std::string_view name) const = 0;
};

}  // namespace vigil::sql
