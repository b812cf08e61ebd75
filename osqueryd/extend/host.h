// SPDX-License-Identifier: Apache-2.0
// ExtensionHost: the extension socket of this program, and the extensions that
// came in by it. Whoever may open the socket may also ask SQL over it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "core/base/result.h"
#include "core/sql/engine.h"
#include "extensions/manager.h"
#include "osqueryd/options/options.h"
#include "osqueryd/schedule/runner.h"

namespace vigil::extend {

class ExtensionHost {
 public:
  struct Parts {
    const sql::Engine& engine;
    schedule::Runner& runner;
    Log& log;
    // What one query over the socket may use.
    std::function<schedule::Budget()> budget;
    // True for a plugin that the program itself has; for tables, aliases count.
    std::function<bool(const std::string& registry, const std::string& item)> has;
    // Asks a plugin of the program itself; not for tables and SQL.
    std::function<extensions::Answer(const std::string& registry, const std::string& item, const extensions::Request& request)> call;
    // Ends calls that are under way.
    const std::atomic<bool>& stop;
    // The tables of extensions changed; from any thread.
    std::function<void()> changed;
  };
  // Listens on `socket`. What `parts` refers to has to outlive the host.
  static Result<std::unique_ptr<ExtensionHost>> open(const std::string& socket, const Options& options, Parts parts);
  ~ExtensionHost();

  extensions::Manager& manager();
  const extensions::Manager& manager() const;
  const std::string& socket() const;

 private:
  struct State;
  explicit ExtensionHost(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vigil::extend
