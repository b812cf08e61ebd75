// SPDX-License-Identifier: Apache-2.0
// ControlGroup: a child's own control group (cgroups(7)), below that of this
// process, so that the kernel slows a child down before the watcher has to end it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vigil::watch {

// Which groups a process is in: the lines of /proc/<pid>/cgroup that count here.
struct Membership {
  std::optional<std::string> unified, memory, processor;
};
Membership parse_membership(std::string_view text);

// The number after `oom_kill` in memory.events or memory.oom_control; 0 without one.
uint64_t parse_oom_kills(std::string_view text);

class ControlGroup {
 public:
  // Makes the groups in the hierarchies under `mount` (/sys/fs/cgroup), below groups where process `self` is
  // alone: others are not its to divide, nor is a root. In the unified hierarchy it moves that process one
  // group down, as cgroups(7) demands.
  static Result<ControlGroup> make(const std::string& mount, const Membership& membership, pid_t self);
  // One for another child, named `name`, beside this one and in the same hierarchies.
  Result<ControlGroup> beside(const std::string& name) const;
  ControlGroup(ControlGroup&&) noexcept = default;
  ControlGroup& operator=(ControlGroup&&) = delete;
  // Removes the groups, if nothing is in them.
  ~ControlGroup();

  // Files that take in the process that writes 0 to them.
  std::vector<std::string> entries() const;
  // Bytes from which on the child is slowed down, and the most it gets; 0 lifts a limit.
  Result<void> limit_memory(uint64_t high, uint64_t most) const;
  // Percent of one processor; 0 lifts the limit.
  Result<void> limit_processor(uint64_t percent) const;
  // How many processes of the group the kernel has killed for want of memory.
  uint64_t oom_kills() const;

 private:
  ControlGroup() = default;
  Result<void> make_unified(const std::string& group, pid_t self);
  Result<void> make_split(const std::string& mount, const Membership& membership, pid_t self);

  std::string unified_, memory_, processor_;  // directories; empty: none
};

}  // namespace vigil::watch
