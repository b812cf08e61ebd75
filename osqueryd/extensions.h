// SPDX-License-Identifier: Apache-2.0
// Extensions: the program's use of extensions - their tables beside its own,
// their plugins where flags name them, and what they may call in the program.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "core/sql/table.h"
#include "osqueryd/configuration.h"
#include "osqueryd/distributed/plugin.h"
#include "osqueryd/extend/host.h"
#include "osqueryd/log/logger.h"
#include "osqueryd/program.h"
#include "osqueryd/schedule/runner.h"

namespace vigil {

class Extensions {
 public:
  struct Parts {
    Program& program;
    schedule::Runner& runner;
    Log& log;
    std::vector<const sql::Table*> tables;
    // Lets the main loop go on for a moment; false when the program is to stop.
    std::function<bool()> pause;
    // Asks a plugin of the program itself; on a thread of a connection.
    std::function<extensions::Answer(const std::string& registry, const std::string& item, const extensions::Request& request)> call;
    bool autoloads = false;  // extensions are being started for this program
  };
  // What `parts` refers to has to outlive this.
  explicit Extensions(Parts parts);
  ~Extensions();

  // Once it succeeds, extensions can come in.
  Result<void> listen(const std::string& socket);
  // Waits for the extensions that flags say have to be there, and logs which are not.
  void wait_for_required() const;
  // Waits until one is registered; false when none comes in the time that flags give.
  bool wait_for_any() const;

  // Queries see the tables and views of `configured`, and what extensions have beside them.
  void publish(std::shared_ptr<const schedule::Catalog> configured);

  // The tables of extensions, unless nothing has changed since `seen`, which is brought up to date.
  std::optional<std::vector<std::shared_ptr<const sql::Table>>> changed_tables(uint64_t& seen) const;

  // The config plugin that the flags name.
  Result<ConfigOrigin> config();
  // A logger of an extension; `host` gives the identifier of this host.
  Result<std::unique_ptr<log::Logger>> logger(const std::string& name, std::function<std::string()> host);

  // A plugin for distributed queries of an extension; null when there is none.
  std::unique_ptr<distributed::Plugin> distributed(const std::string& name);

  // Ends the calls that are under way, and fails those to come.
  void stop_calls() { *stop_ = true; }

 private:
  // Waits until an extension offers the plugin, for as long as flags say.
  Result<void> await(const std::string& registry, const std::string& name) const;
  bool wait_until(const std::function<bool()>& done, std::chrono::milliseconds patience) const;
  // Runs what may take long on a thread of its own, while the main loop goes on.
  template <class T>
  Result<T> aside(std::function<Result<T>()> work) const;
  bool has(const std::string& registry, const std::string& item) const;
  void refresh();
  const Options& options() const { return options_->values(); }

  const Parts parts_;
  const std::shared_ptr<const OptionSet> options_;  // of the command line
  const std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
  mutable std::mutex mutex_;  // guards the catalog's making
  std::shared_ptr<const schedule::Catalog> configured_;
  std::vector<std::shared_ptr<const sql::Table>> tables_;  // of extensions
  uint64_t changes_ = 1;                                   // of tables_
  std::unique_ptr<extend::ExtensionHost> host_;
};

}  // namespace vigil
