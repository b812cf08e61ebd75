// SPDX-License-Identifier: Apache-2.0
// ShellExtensions: the shell's extension socket, and the extensions that it starts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/sql/table.h"
#include "osqueryd/extensions.h"
#include "osqueryd/log/status.h"
#include "osqueryd/program.h"
#include "osqueryd/schedule/runner.h"
#include "osqueryd/watch/nursery_thread.h"

namespace vigil {

// True when extensions may come or are asked for: for a person at a terminal,
// and when flags name one or where they are to connect.
bool wants_extensions(const OptionSet& options, bool interactive);

class ShellExtensions {
 public:
  // Listens, starts the extensions that flags name, and waits for --extension.
  // `catalog` is what queries over the socket see beside the extensions' tables.
  // All that goes wrong is said on standard error.
  ShellExtensions(const OptionSet& options, Program& program, std::shared_ptr<const schedule::Catalog> catalog);
  ~ShellExtensions();

  // The tables of extensions, when they are not the ones of the last call.
  std::optional<std::vector<std::shared_ptr<const sql::Table>>> changed_tables();

 private:
  const SystemClock clock_;
  log::StatusLog log_;
  std::unique_ptr<schedule::Runner> runner_;
  std::unique_ptr<Extensions> extensions_;
  std::unique_ptr<watch::NurseryThread> nursery_;
  uint64_t seen_ = 0;
};

}  // namespace vigil
