// SPDX-License-Identifier: Apache-2.0
// From sources of text to a Config.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "osqueryd/config/config.h"

namespace vigil::config {

// Name of a source (a path, for files) and its text; applied in byte order.
using Sources = std::map<std::string, std::string>;

// What the checks depend on.
struct Context {
  uint64_t default_interval = 3600;
  std::string pack_delimiter = "_";
  std::string version;    // of this program
  std::string host_name;  // for shards
  // The text of a pack for which a text stands - for files, a path - and what
  // stands behind the name `*` with a pattern: pack name and path of each file.
  std::function<Result<std::string>(const std::string& name, const std::string& value)> read_pack;
  std::function<Result<std::map<std::string, std::string>>(const std::string& pattern)> find_packs;
};

// Where a piece of SQL stands, for what is said about it.
struct Sql {
  std::string source;
  uint32_t line = 0;
  std::string what;  // "query `pack_x_y`"
  std::string text;
};

struct Loaded {
  Config config;
  std::vector<Sql> statements;        // all SQL there is, but for the views
  std::vector<std::string> warnings;  // "SOURCE:LINE: unknown key `shedule`, did you mean `schedule`?"
};

// Reads all sources or none: an error has a line for each thing that is wrong,
// "SOURCE:LINE: what, and what was expected".
Result<Loaded> load(const Sources& sources, const Context& context);

// SHA-1 over the digests of the sources, as osquery computes config_hash.
std::string hash(const Sources& sources);

// The filesystem plugin: `path` and every file of `path`.d that ends in .conf.
Result<Sources> read_files(const std::string& path);

// A Context whose packs are files.
Context file_context(std::string version, std::string host_name);

}  // namespace vigil::config
