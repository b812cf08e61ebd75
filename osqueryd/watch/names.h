// SPDX-License-Identifier: Apache-2.0
// The names that watcher and worker know each other's descriptors and facts by.
#pragma once

namespace vigil::watch {

inline constexpr const char* worker_variable = "OSQUERY_WORKER";
// Number of the socket on which the worker reports.
inline constexpr const char* report_variable = "VIGIL_REPORT";
inline constexpr const char* last_end_variable = "VIGIL_LAST_END";
// Bytes of one report; longer ones are cut.
inline constexpr unsigned report_size = 512;

}  // namespace vigil::watch
