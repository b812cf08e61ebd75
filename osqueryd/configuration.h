// SPDX-License-Identifier: Apache-2.0
// Configuration: the daemon's configuration over time. A new one is in force as
// a whole or not at all; the last good one is kept in the store, and is used
// when none can be read at the start.
//
// On the daemon's main thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "core/store/store.h"
#include "osqueryd/config/load.h"
#include "osqueryd/program.h"
#include "osqueryd/schedule/runner.h"

namespace vigil {

// The sources that the flags name, and what is checked beside them; without
// what extensions have to say.
Result<config::Sources> read_sources(const Options& options);
config::Context config_context(const Options& options);

// Where the configuration comes from.
struct ConfigOrigin {
  std::function<Result<config::Sources>()> read;
  // The text of a pack that is not in it; null where that is a file's path.
  std::function<Result<std::string>(const std::string& name, const std::string& value)> read_pack;
};

class Configuration {
 public:
  // `base` are the options that the command line gave; the configuration's come on top.
  // All have to outlive this.
  Configuration(const OptionSet& base, store::Store& store, Program& program, Log& log, ConfigOrigin origin)
      : base_(base), store_(store), program_(program), log_(log), origin_(std::move(origin)) {}

  // Reads the sources and, if they are good and not the same as before, gives
  // the program its options and calls `apply`. False when they are not good.
  bool load(const std::function<void(const config::Config&)>& apply);

  // Has `text` stand for the source of that name from the next load() on.
  void replace(const std::string& source, const std::string& text) { replaced_[source] = text; }
  // The texts in force.
  const config::Sources& sources() const { return sources_; }

  // Why the last load() failed; empty: it did not.
  const std::string& error() const { return error_; }

  // What queries can see with `config`, beside `tables`.
  std::shared_ptr<const schedule::Catalog> catalog(const config::Config& config, const std::vector<const sql::Table*>& tables) const;

 private:
  bool use(const config::Sources& sources, const std::function<void(const config::Config&)>& apply);
  void set_options(const config::Config& config);
  void fail(const std::string& error);

  const OptionSet& base_;
  store::Store& store_;
  Program& program_;
  Log& log_;
  const ConfigOrigin origin_;
  config::Sources replaced_;
  config::Sources sources_;  // in force
  bool in_force_ = false;
  std::string error_;
};

}  // namespace vigil
