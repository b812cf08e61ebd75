// SPDX-License-Identifier: Apache-2.0
// The names that watcher and worker know each other's descriptors and facts by.
#pragma once

namespace vigil::watch {

inline constexpr const char* worker_variable = "OSQUERY_WORKER";
// Number of the socket on which the worker reports.
inline constexpr const char* report_variable = "VIGIL_REPORT";
inline constexpr const char* last_end_variable = "VIGIL_LAST_END";
// Number of the memory in which the watcher says how its extensions are.
inline constexpr const char* extension_board_variable = "VIGIL_EXTENSION_BOARD";
// Tells a worker that there are extensions to wait for.
inline constexpr const char* extensions_variable = "OSQUERY_EXTENSIONS";
// In an extension: the process that started it.
inline constexpr const char* launcher_variable = "OSQUERY_EXTENSION";
// Bytes of one report; longer ones are cut.
inline constexpr unsigned report_size = 512;

}  // namespace vigil::watch
