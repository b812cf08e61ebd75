// SPDX-License-Identifier: Apache-2.0
// Extensions: the daemon's use of extensions - their tables beside its own,
// their plugins where flags name them, and what they may call in the daemon.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "core/sql/table.h"
#include "osqueryd/configuration.h"
#include "osqueryd/daemon_program.h"
#include "osqueryd/distributed/plugin.h"
#include "osqueryd/extend/host.h"
#include "osqueryd/log/logger.h"
#include "osqueryd/schedule/runner.h"

namespace vigil {

class Extensions {
 public:
  struct Parts {
    DaemonProgram& program;
    schedule::Runner& runner;
    Log& log;
    const OptionSet& options;  // of the command line
    std::vector<const sql::Table*> tables;
    // Lets the main loop go on for a moment; false when the program is to stop.
    std::function<bool()> pause;
    // Asks a plugin of the daemon itself; on a thread of a connection.
    std::function<extensions::Answer(const std::string& registry, const std::string& item, const extensions::Request& request)> call;
  };
  // What `parts` refers to has to outlive this.
  explicit Extensions(Parts parts);
  ~Extensions();

  // Listens, and waits for the extensions that have to be there. What goes wrong
  // is logged: the daemon does its work without them.
  void open();

  // Queries see the tables and views of `configured`, and what extensions have beside them.
  void publish(std::shared_ptr<const schedule::Catalog> configured);

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
  Result<void> await(const std::string& registry, const std::string& name);
  bool wait_until(const std::function<bool()>& done, std::chrono::milliseconds patience) const;
  // Runs what may take long on a thread of its own, while the main loop goes on.
  template <class T>
  Result<T> aside(std::function<Result<T>()> work) const;
  bool has(const std::string& registry, const std::string& item) const;
  void refresh();

  const Parts parts_;
  const std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);
  mutable std::mutex mutex_;  // guards the catalog's making
  std::shared_ptr<const schedule::Catalog> configured_;
  std::unique_ptr<extend::ExtensionHost> host_;
};

}  // namespace vigil
