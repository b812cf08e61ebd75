// SPDX-License-Identifier: Apache-2.0
// The daemon: builds its parts, runs until it is told to stop, and takes them
// down again.
#pragma once

#include "osqueryd/options/options.h"

namespace vigil {

// The exit code of the process. With a watchdog, this process is the watcher's worker.
int run_daemon(OptionSet options);

}  // namespace vigil
