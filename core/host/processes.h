// SPDX-License-Identifier: Apache-2.0
// The processes of a host, as /proc lists them.
#pragma once

#include <cstdint>
#include <vector>

#include "core/host/host.h"

namespace vigil {

// The process IDs, ascending. Each may end at any moment.
Result<std::vector<int64_t>> process_ids(const Host& host);

// Those that a table is asked for: the pinned ones, or all.
Result<std::vector<int64_t>> processes_asked(const Host& host, bool pinned, const std::vector<int64_t>& pids);

// The open /proc/<pid>. Every read goes through it: when the process ends and
// its pid is used again, reads fail; they never mix two processes.
Result<Dir> enter_process(const Host& host, int64_t pid);

}  // namespace vigil
