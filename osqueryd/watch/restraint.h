// SPDX-License-Identifier: Apache-2.0
// Restraint: what holds one child to its limits. The kernel slows it down, as
// far as it has a control group; what that does not help is told.
#pragma once

#include <optional>
#include <string>

#include "core/base/log.h"
#include "osqueryd/watch/cgroup.h"
#include "osqueryd/watch/guard.h"

namespace vigil::watch {

class Restraint {
 public:
  // To be made before the child is started. `who` is the child, for the log; there may be no group. Times as for Guard.
  Restraint(const Limits& limits, int64_t poll, int64_t started, const ControlGroup* group, std::string who);

  // What was broken; then the child is to be ended.
  std::optional<std::string> look(const Usage& usage, int64_t now, Log& log);
  // Before the child is asked to end: with its processor time cut, an orderly end could take too long.
  void release();
  // What the kernel ended the child for, if it did.
  std::optional<std::string> broken_for_kernel() const;
  const Guard& guard() const { return guard_; }

 private:
  void use_group(int64_t now, Log& log);

  const Limits limits_;
  const int processors_;
  Guard guard_;
  const ControlGroup* group_;
  std::string who_;
  uint64_t kills_ = 0;    // of its group, by the kernel, before it started
  bool bounded_ = false;  // the group holds it to the limit of memory
  bool slowed_ = false;   // the group holds it to the limit of processor time
};

}  // namespace vigil::watch
