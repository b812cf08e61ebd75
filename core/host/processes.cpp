// SPDX-License-Identifier: Apache-2.0
#include "core/host/processes.h"

#include <algorithm>

#include "core/parse/text.h"

namespace vigil {

Result<std::vector<int64_t>> process_ids(const Host& host) {
  const auto entries = host.list("/proc");
  if (!entries) return entries.error();
  std::vector<int64_t> pids;
  for (const auto& entry : *entries)
    if (const auto pid = parse::number(entry.name)) pids.push_back(*pid);
  std::sort(pids.begin(), pids.end());
  return pids;
}

Result<std::vector<int64_t>> processes_asked(const Host& host, bool pinned, const std::vector<int64_t>& pids) {
  if (pinned) return pids;
  return process_ids(host);
}

Result<Dir> enter_process(const Host& host, int64_t pid) { return host.enter("/proc/" + std::to_string(pid)); }

}  // namespace vigil
