// SPDX-License-Identifier: Apache-2.0
// What osqueryctl can ask of a running daemon.
#pragma once

#include <functional>
#include <string>

#include "core/base/log.h"
#include "core/base/result.h"
#include "core/sql/engine.h"
#include "osqueryd/schedule/runner.h"
#include "osqueryd/schedule/scheduler.h"

namespace vigil {

struct ControlParts {
  const sql::Engine& engine;
  schedule::Scheduler& scheduler;
  schedule::Runner& runner;
  Log& log;
  std::function<std::string()> config_error;  // empty: the configuration is good
  std::function<void()> reload;
};

// The text to print, or why the command cannot be followed.
Result<std::string> run_control(const ControlParts& parts, const std::string& verb, const std::string& argument);

}  // namespace vigil
