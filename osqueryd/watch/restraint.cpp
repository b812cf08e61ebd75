// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/restraint.h"

#include <unistd.h>

#include <algorithm>

namespace vigil::watch {

Restraint::Restraint(const Limits& limits, int64_t poll, int64_t started, const ControlGroup* group, std::string who)
    : limits_(limits),
      processors_(static_cast<int>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)))),
      guard_(limits, processors_, poll, started),
      group_(group),
      who_(std::move(who)) {
  if (!group_) return;
  (void)group_->limit_memory(0, 0);
  (void)group_->limit_processor(0);
  kills_ = group_->oom_kills();
}

std::optional<std::string> Restraint::look(const Usage& usage, int64_t now, Log& log) {
  auto broken = guard_.look(usage, now);
  if (limits_.debug)
    log.info(who_ + ": " + std::to_string(guard_.used() / 1000) + " ms of processor time, " + std::to_string(usage.memory) + " bytes of memory");
  if (!broken && group_) use_group(now, log);
  return broken;
}

void Restraint::use_group(int64_t now, Log& log) {
  if (guard_.graced(now)) return;
  if (!bounded_) {
    bounded_ = true;
    const uint64_t high = guard_.baseline() + limits_.memory;
    if (auto set = group_->limit_memory(high, high + limits_.memory / 4); !set)
      log.info("the memory of " + who_ + " is not bounded: " + set.error().message);
  }
  // A tenth below the limit, so that what the kernel lets through is never above it.
  const uint64_t percent = std::max<uint64_t>(limits_.utilization * static_cast<uint64_t>(processors_) * 9 / 10, 1);
  const bool slow = slowed_ ? !guard_.relaxed() : guard_.presses();
  if (slow == slowed_) return;
  slowed_ = slow;
  if (auto set = group_->limit_processor(slow ? percent : 0); !set) log.info(who_ + " is not slowed down: " + set.error().message);
}

void Restraint::release() {
  if (slowed_) (void)group_->limit_processor(0);
}

std::optional<std::string> Restraint::broken_for_kernel() const {
  if (!group_ || group_->oom_kills() <= kills_) return std::nullopt;
  return "Memory limits exceeded: ended by the kernel, last seen with " + std::to_string(guard_.growth()) + " bytes (limit is " +
         std::to_string(limits_.memory >> 20) + "MB)";
}

}  // namespace vigil::watch
