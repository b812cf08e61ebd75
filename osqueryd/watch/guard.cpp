// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/guard.h"

#include <unistd.h>

#include <algorithm>

#include "core/base/clock.h"
#include "core/parse/process.h"
#include "core/parse/text.h"
#include "osqueryd/watch/small_file.h"

namespace vigil::watch {
namespace {

constexpr uint64_t mib = 1024 * 1024;

}  // namespace

Result<Usage> usage_of(int64_t pid) {
  const std::string directory = "/proc/" + std::to_string(pid);
  auto stat = read_small(directory + "/stat");
  if (!stat) return std::move(stat.error());
  auto statm = read_small(directory + "/statm");
  if (!statm) return std::move(statm.error());

  const auto times = parse::process_stat(*stat);
  std::string_view rest = *statm;
  parse::field(rest);
  const auto pages = parse::number<uint64_t>(parse::field(rest));
  if (!times || !pages) return Error{"'" + directory + "' makes no sense"};
  Usage usage;
  usage.processor = (times->user_ticks + times->system_ticks) * (Clock::second / ::sysconf(_SC_CLK_TCK));
  usage.memory = *pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  return usage;
}

Guard::Guard(const Limits& limits, int processors, int64_t poll, int64_t started)
    : limits_(limits), processors_(processors), poll_(poll), started_(started), last_look_(started) {}

int64_t Guard::allowed(int64_t elapsed) const { return elapsed * static_cast<int64_t>(limits_.utilization) / 100 * processors_; }

bool Guard::graced(int64_t now) const { return now - started_ < microseconds(limits_.grace); }

bool Guard::presses() const { return above_ > 0 && above_ * 2 >= microseconds(limits_.latency); }

bool Guard::relaxed() const { return used_ * 2 < allowed(elapsed_); }

std::optional<std::string> Guard::look(const Usage& usage, int64_t now) {
  if (!baseline_) baseline_ = usage.memory;
  growth_ = usage.memory - std::min(usage.memory, *baseline_);
  elapsed_ = now - last_look_;
  used_ = usage.processor - last_processor_;
  last_look_ = now;
  last_processor_ = usage.processor;
  above_ = used_ > allowed(elapsed_) ? above_ + elapsed_ : 0;

  if (graced(now)) return std::nullopt;
  if (above_ > 0 && above_ >= microseconds(limits_.latency))
    return "Maximum sustainable CPU utilization limit " + std::to_string(allowed(poll_) / 1000) + "ms exceeded for " +
           std::to_string(limits_.latency) + " seconds";
  if (growth_ > limits_.memory)
    return "Memory limits exceeded: " + std::to_string(growth_) + " bytes (limit is " + std::to_string(limits_.memory / mib) + "MB)";
  return std::nullopt;
}

}  // namespace vigil::watch
