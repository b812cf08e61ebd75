// SPDX-License-Identifier: Apache-2.0
// Plugins of extensions as parts of the daemon: where its configuration comes
// from, and where its records go. An extension that is away for a while is an
// error of each call until it is back. Calls end soon after `stop` becomes true.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "extensions/manager.h"
#include "osqueryd/config/load.h"
#include "osqueryd/distributed/plugin.h"
#include "osqueryd/log/logger.h"

namespace vigil::extend {

// The texts of a config plugin, by the name of their source.
Result<config::Sources> read_config(const extensions::Manager& manager, const std::string& plugin, const std::atomic<bool>& stop);
// The text of a pack for which the configuration has `value` instead of an object.
Result<std::string> read_pack(const extensions::Manager& manager, const std::string& plugin, const std::string& pack, const std::string& value,
                              const std::atomic<bool>& stop);

// A logger plugin, which has to be registered now: it is asked what it wants.
// `host` gives the host identifier for status lines. The manager has to outlive
// the logger.
Result<std::unique_ptr<log::Logger>> make_logger(const extensions::Manager& manager, const std::string& plugin, std::function<std::string()> host,
                                                 std::shared_ptr<const std::atomic<bool>> stop);

// Where distributed queries come from and their answers go to. The manager has to outlive it.
std::unique_ptr<distributed::Plugin> make_distributed(const extensions::Manager& manager, const std::string& plugin);

}  // namespace vigil::extend
