// SPDX-License-Identifier: Apache-2.0
// Config: what all sources of the configuration say together, checked whole.
// A value; load.h makes it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vigil::config {

// What a query may use in one run; nothing: the default of the flags.
struct Budget {
  std::optional<double> cpu, wall;       // seconds
  std::optional<uint64_t> rows, memory;  // memory in bytes
};

struct Query {
  std::string name;  // pack_<pack>_<name>, or bare in `schedule`
  std::string bare_name;
  std::string pack;    // "main" for `schedule`
  std::string source;  // where it was read: the configuration, or the pack's own file
  uint32_t line = 0;   // of its SQL in there
  std::string sql;
  uint64_t interval = 0;  // seconds; 0 with cron
  std::string cron;       // empty: by interval
  bool snapshot = false, removed = true, denylist = true;
  bool alert = false;     // its results go before all others
  bool at_start = false;  // run_at_start, or a startup_priority
  uint64_t startup_priority = UINT64_MAX;
  std::string oncall, description;
  Budget budget;
};

struct Pack {
  std::string name, source;
  std::string platform, version, oncall;
  uint64_t shard = 0;
  std::vector<std::string> discovery;
  bool fits = true;            // platform, version and shard let it run on this host
  std::vector<Query> queries;  // by (startup_priority, name); none when it does not fit
};

struct Decorators {
  std::vector<std::string> load, always;
  std::map<uint64_t, std::vector<std::string>> interval;  // seconds, multiples of 60
};

// A table over SQLite files.
struct AutoTable {
  std::string name, query, path;
  std::vector<std::string> columns;  // without the column `path` that is added to them
};

struct FilePaths {
  std::map<std::string, std::vector<std::string>> paths, queries, excludes;
  std::vector<std::string> accesses;
};

struct Yara {
  std::map<std::string, std::vector<std::string>> signatures, file_paths;
  std::vector<std::string> signature_urls;
};

struct Config {
  std::map<std::string, std::string> options;    // flag and value as text; only what may be set here
  std::vector<Pack> packs;                       // "main" of each source among them
  std::map<std::string, Decorators> decorators;  // by source; those of a pack by <source>_<pack>
  std::map<std::string, FilePaths> files;        // as well
  Yara yara;
  std::map<std::string, std::string> views;  // name and SELECT
  std::vector<AutoTable> tables;
  std::vector<std::string> enable_subscribers, disable_subscribers;
  std::map<std::string, std::vector<std::string>> kafka_topics;
  std::vector<std::string> prometheus_urls;
  double prometheus_timeout = 1;
  std::string hash;  // as osquery_info has it
};

}  // namespace vigil::config
