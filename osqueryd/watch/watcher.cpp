// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/watcher.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "osqueryd/watch/executable.h"
#include "osqueryd/watch/supervisor.h"

namespace vigil::watch {
namespace {

// For this process and all that it starts: others come first at the processor and at the disk.
void lower_priority() {
  constexpr int background = 10, of_process = 1, idle_class = 3 << 13;  // see ioprio_set(2), which has no header
  (void)::setpriority(PRIO_PROCESS, 0, background);
  (void)::syscall(SYS_ioprio_set, of_process, 0, idle_class);
}

}  // namespace

int run_watcher(const Settings& settings, Log& log) {
  auto executable = open_own_executable(settings.allow_unsafe);
  if (!executable) {
    log.error("the worker is not started: " + executable.error().message);
    return 1;
  }
  auto waiter = Waiter::make();
  if (!waiter) {
    log.error(waiter.error().message);
    return 1;
  }
  if (settings.limits.background) lower_priority();
  return Supervisor(settings, std::move(*executable), *waiter, log).run();
}

}  // namespace vigil::watch
