// SPDX-License-Identifier: Apache-2.0
// What the flags mean for each part of the daemon, and what the watcher says.
#pragma once

#include <string>
#include <vector>

#include "core/store/store.h"
#include "osqueryd/distributed/service.h"
#include "osqueryd/log/loggers.h"
#include "osqueryd/log/status.h"
#include "osqueryd/options/options.h"
#include "osqueryd/schedule/denylist.h"
#include "osqueryd/schedule/scheduler.h"
#include "osqueryd/watch/last_end.h"
#include "osqueryd/watch/watcher.h"

namespace vigil {

// The loggers of --logger_plugin, each once; none with --disable_logging.
std::vector<std::string> active_loggers(const Options& options);
log::LoggerSettings logger_settings(const Options& options);
bool keeps_store_in_memory(const OptionSet& options);

// Resident bytes above which freed memory goes back to the kernel; 0: it never does.
uint64_t trim_threshold(const OptionSet& options);

schedule::Settings schedule_settings(const Options& options);
distributed::Settings distributed_settings(const Options& options);
store::Settings store_settings(const Options& options);
log::StatusLog::Settings status_settings(const Options& options);
watch::Settings watcher_settings(const Options& options, std::vector<std::string> arguments);
// Reads the list of extensions. They are told to connect to `socket`.
watch::NurserySettings nursery_settings(const Options& options, const std::string& socket);

// For the denylist: how the last worker ended.
schedule::Death death_of(const watch::LastEnd& end);

}  // namespace vigil
