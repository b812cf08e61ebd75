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

// This program, with uuid 0, or an extension that is registered with it.
struct ExtensionInfo {
  int64_t uuid = 0;
  std::string name, version, sdk_version;
  std::string path;  // of the socket that it listens on
  std::string type;  // core or extension
};

struct ProgramInfo {
  int64_t pid = 0, watcher = -1, start_time = 0;
  // uuid names this machine where its firmware gives it no usable one.
  std::string uuid, instance_id, version, extensions;
  std::string config_hash;  // empty before a configuration was read
  std::string build_platform, build_distro;
  bool config_valid = false;
};

// One scheduled query and what it has cost so far. Times of the processor and
// of the clock in milliseconds, unless the name says otherwise; memory in bytes.
struct ScheduleInfo {
  std::string name, query, pack, cron;
  uint64_t interval = 0;                                          // seconds; 0 with cron
  int64_t executions = 0, last_executed = 0, next_execution = 0;  // seconds since the epoch
  bool denylisted = false;
  int64_t output_size = 0, wall_time = 0, wall_time_ms = 0, last_wall_time_ms = 0;  // wall_time in seconds
  int64_t user_time = 0, last_user_time = 0, system_time = 0, last_system_time = 0;
  int64_t average_memory = 0, last_memory = 0;
  int64_t last_rows = 0, errors = 0;
  std::string last_error;  // why the last run has not all its rows; empty: it has
};

struct PackInfo {
  std::string name, platform, version;
  int64_t shard = 0, discovery_cache_hits = 0, discovery_executions = 0;
  bool active = false;
};

// A publisher of events, or a subscriber to one.
struct EventInfo {
  std::string name, publisher, type;
  int64_t subscriptions = 0, events = 0, refreshes = 0;
  int active = 0;
};

struct RunningInfo {
  uint64_t id = 0;
  std::string name, query, lane;
  int64_t started = 0;              // seconds since the epoch
  int64_t wall_ms = 0, cpu_ms = 0;  // so far
  int64_t rows = 0, memory = 0;     // so far; memory in bytes
};

// A query that is not run for a while.
struct DenialInfo {
  std::string name, reason;
  int64_t since = 0, expires = 0;               // seconds since the epoch
  int64_t times = 0;                            // how often in a row
  int64_t wall_ms = 0, cpu_ms = 0, memory = 0;  // what it had used when it was ended; -1: not known
};

// Records of one kind that wait for the loggers.
struct SpoolInfo {
  std::string kind;
  int64_t records = 0, bytes = 0, dropped = 0;
};

// An extension that the program starts and watches. Times in seconds since the epoch; 0: none.
struct ExtensionProcessInfo {
  std::string path, state;
  int64_t pid = -1;  // -1: it does not run
  int64_t starts = 0, quick_ends = 0, limit_hits = 0;
  int64_t started = 0, next_start = 0;
  std::string last_end;  // empty: it has not ended yet
  int64_t uuid = -1;     // -1: it is not registered
  std::string name;      // as which it is registered
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

  // Empty where there is no extension socket.
  virtual std::vector<ExtensionInfo> extensions() const { return {}; }

  // What only a daemon has; a program without a schedule has none.
  virtual std::vector<ScheduleInfo> schedule() const { return {}; }
  virtual std::vector<PackInfo> packs() const { return {}; }
  virtual std::vector<EventInfo> events() const { return {}; }
  virtual std::vector<RunningInfo> running() const { return {}; }
  virtual std::vector<DenialInfo> denials() const { return {}; }
  virtual std::vector<SpoolInfo> spool() const { return {}; }
  virtual std::vector<ExtensionProcessInfo> extension_processes() const { return {}; }
};

}  // namespace vigil::sql
