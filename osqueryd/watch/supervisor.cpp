// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/supervisor.h"

#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "osqueryd/watch/last_end.h"
#include "osqueryd/watch/names.h"
#include "osqueryd/watch/notify.h"
#include "osqueryd/watch/small_file.h"

namespace vigil::watch {
namespace {

// What the kernel needs to end a process that cannot refuse.
constexpr int64_t kill_wait = 2 * Clock::second;
// A worker gives a sign of life every five seconds; one or two may be late.
constexpr int64_t fresh = 20 * Clock::second;

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view beginning) { return text.starts_with(beginning); });
}

}  // namespace

Supervisor::Supervisor(const Settings& settings, Fd executable, const Waiter& waiter, Log& log)
    : settings_(settings),
      limits_(settings.limits),
      executable_(std::move(executable)),
      waiter_(waiter),
      log_(log),
      processors_(static_cast<int>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)))),
      beat_(watchdog_interval() / 3) {
  if (auto usage = usage_of(::getpid())) own_memory_ = usage->memory;
  auto membership = read_small("/proc/self/cgroup");
  if (!membership) return;
  auto group = ControlGroup::make("/sys/fs/cgroup", parse_membership(*membership), ::getpid());
  if (group)
    group_.emplace(std::move(*group));
  else
    log_.info("the limits of the worker are kept without the kernel's help: " + group.error().message);
}

int Supervisor::run() {
  for (int quick = 0; true;) {
    const int64_t started = clock_.steady();
    if (auto made = start(); !made)
      log_.error(made.error().message);
    else if (const auto code = attend())
      return *code;
    worker_.reset();
    if (stopped_) return 0;

    if (clock_.steady() - started >= quick_end * Clock::second) {
      quick = 0;
      continue;
    }
    if (++quick >= limits_.respawns) {
      complain("Too many worker restarts");
      return 1;
    }
    const uint64_t seconds = respawn_wait(limits_, quick);
    const std::string plan = "; the next start is in " + std::to_string(seconds) + " seconds";
    log_.warning("osqueryd worker respawning too quickly: " + std::to_string(quick) + " times" + plan);
    notify("STATUS=The worker ended at once" + plan);
    if (wait(clock_.steady() + microseconds(seconds)) == Wake::stop) {
      notify("STOPPING=1");
      return 0;
    }
  }
}

std::vector<std::string> Supervisor::environment(int report) const {
  std::vector<std::string> all;
  for (char** variable = ::environ; *variable; ++variable) {
    const std::string_view name = std::string_view(*variable).substr(0, std::string_view(*variable).find('='));
    // The worker speaks to systemd through the watcher alone.
    const std::initializer_list<std::string_view> own = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
                                                         worker_variable, report_variable, last_end_variable};
    if (std::find(own.begin(), own.end(), name) == own.end()) all.emplace_back(*variable);
  }
  all.push_back(std::string(report_variable) + "=" + std::to_string(report));
  if (last_end_.known) all.push_back(std::string(last_end_variable) + "=" + to_text(last_end_));
  return all;
}

Result<void> Supervisor::start() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return os_error("create", "socket of the worker", errno);
  Fd mine(ends[0]);
  const Fd its(ends[1]);
  if (group_) {
    (void)group_->limit_memory(0, 0);
    (void)group_->limit_processor(0);
  }
  const uint64_t kills = group_ ? group_->oom_kills() : 0;
  auto child = Child::start(
      {executable_.get(), settings_.arguments, environment(its.get()), {its.get()}, group_ ? group_->entries() : std::vector<std::string>()});
  if (!child) return std::move(child.error());
  worker_.emplace(Worker{std::move(*child), std::move(mine), Guard(limits_, processors_, settings_.poll, clock_.steady()), std::nullopt, kills});
  return {};
}

std::optional<int> Supervisor::attend() {
  while (true) {
    switch (wait(clock_.steady() + settings_.poll)) {
      case Wake::stop: return stop();
      case Wake::ended: return note_end();
      case Wake::time: break;
    }
    if (too_big()) {
      complain("osqueryd watcher (" + std::to_string(::getpid()) + ") stopping: its own memory limit is exceeded");
      (void)end_worker(microseconds(limits_.forced_shutdown));
      return catastrophic;
    }
    if (const auto reason = broken_limit()) return enforce(*reason);
  }
}

bool Supervisor::too_big() const {
  const auto usage = usage_of(::getpid());
  return usage && usage->memory > own_memory_ + limits_.memory;
}

std::optional<std::string> Supervisor::broken_limit() {
  const int64_t now = clock_.steady();
  if (worker_->sign && now - *worker_->sign > settings_.answer_within) return "does not answer";
  const auto usage = usage_of(worker_->child.pid());
  // A worker that has just ended has no use; wait() tells of its end.
  if (!usage) return std::nullopt;
  auto broken = worker_->guard.look(*usage, now);
  if (limits_.debug)
    log_.info("worker (" + std::to_string(worker_->child.pid()) + "): " + std::to_string(worker_->guard.used() / 1000) + " ms of processor time, " +
              std::to_string(usage->memory) + " bytes of memory");
  if (!broken && group_) use_group(now);
  return broken;
}

void Supervisor::use_group(int64_t now) {
  Worker& worker = *worker_;
  if (worker.guard.graced(now)) return;
  if (!worker.bounded) {
    worker.bounded = true;
    const uint64_t high = worker.guard.baseline() + limits_.memory;
    if (auto set = group_->limit_memory(high, high + limits_.memory / 4); !set)
      log_.info("the worker's memory is not bounded: " + set.error().message);
  }
  // A tenth below the limit, so that what the kernel lets through is never above it.
  const uint64_t percent = std::max<uint64_t>(limits_.utilization * static_cast<uint64_t>(processors_) * 9 / 10, 1);
  const bool slow = worker.slowed ? !worker.guard.relaxed() : worker.guard.presses();
  if (slow == worker.slowed) return;
  worker.slowed = slow;
  if (auto set = group_->limit_processor(slow ? percent : 0); !set) log_.info("the worker is not slowed down: " + set.error().message);
}

std::optional<int> Supervisor::enforce(const std::string& reason) {
  const std::string who = "osqueryd worker (" + std::to_string(worker_->child.pid()) + ")";
  complain(who + " stopping: " + reason);
  worker_->child.send(SIGUSR1);
  if (!end_worker(microseconds(limits_.forced_shutdown))) {
    complain(who + " cannot be ended");
    return catastrophic;
  }
  last_end_ = {true, worker_->exit->signal, true, reason, clock_.unix_time()};
  return std::nullopt;
}

std::optional<int> Supervisor::note_end() {
  const Exit& exit = *worker_->exit;
  const std::string who = "osqueryd worker (" + std::to_string(worker_->child.pid()) + ")";
  last_end_ = {true, exit.signal, false, "", clock_.unix_time()};
  if (exit.signal == 0 && exit.code == catastrophic) {
    log_.error("Worker returned exit status " + std::to_string(exit.code));
    return catastrophic;
  }
  if (group_ && group_->oom_kills() > worker_->kills) {
    last_end_.limit = true;
    last_end_.reason = "Memory limits exceeded: ended by the kernel, last seen with " + std::to_string(worker_->guard.growth()) +
                       " bytes (limit is " + std::to_string(limits_.memory >> 20) + "MB)";
    complain(who + " stopped: " + last_end_.reason);
    return std::nullopt;
  }
  log_.warning(who + (exit.signal ? " ended by signal " + std::to_string(exit.signal) : " ended with exit status " + std::to_string(exit.code)));
  return std::nullopt;
}

int Supervisor::stop() {
  notify("STOPPING=1");
  // systemd's own patience is as long as alarm_timeout: it should find the end done.
  const uint64_t patience = settings_.alarm_timeout - std::min<uint64_t>(settings_.alarm_timeout, 4);
  if (end_worker(microseconds(patience))) return 0;
  complain("osqueryd worker (" + std::to_string(worker_->child.pid()) + ") cannot be ended");
  return catastrophic;
}

bool Supervisor::end_worker(int64_t patience) {
  // With its processor time cut, an orderly end could take too long.
  if (worker_->slowed) (void)group_->limit_processor(0);
  if (patience > 0) {
    worker_->child.send(SIGTERM);
    if (ended_until(clock_.steady() + patience)) return true;
  }
  worker_->child.send(SIGKILL);
  return ended_until(clock_.steady() + kill_wait);
}

bool Supervisor::ended_until(int64_t until) {
  Wake wake = wait(until);
  while (wake == Wake::stop) wake = wait(until);
  return wake == Wake::ended;
}

Supervisor::Wake Supervisor::wait(int64_t until) {
  while (true) {
    pulse();
    const int64_t wake = beat_ > 0 ? std::min(until, next_beat_) : until;
    const auto woken = waiter_.wait(worker_ ? worker_->child.descriptor() : -1, worker_ ? worker_->reports.get() : -1, wake);
    if (woken.report) read_reports();
    if (woken.reload && worker_) worker_->child.send(SIGHUP);
    if (woken.stop) {
      stopped_ = true;
      return Wake::stop;
    }
    if (woken.ended && (worker_->exit = worker_->child.reap())) return Wake::ended;
    if (clock_.steady() >= until) return Wake::time;
  }
}

void Supervisor::read_reports() {
  char text[report_size];
  while (true) {
    const ssize_t n = ::recv(worker_->reports.get(), text, sizeof text, MSG_DONTWAIT);
    if (n < 0) return;
    if (n == 0) {
      // The worker closed its end, which polls as readable for ever.
      worker_->reports = Fd();
      return;
    }
    const std::string_view report(text, static_cast<size_t>(n));
    worker_->sign = clock_.steady();
    if (starts_with_any(report, {"READY=1", "RELOADING=1", "STATUS="})) notify(report);
  }
}

void Supervisor::pulse() {
  const int64_t now = clock_.steady();
  if (beat_ == 0 || now < next_beat_) return;
  next_beat_ = now + beat_;
  // Between two workers, and until a worker speaks, the watcher answers for itself.
  const bool silent = worker_ && worker_->sign && now - *worker_->sign > fresh;
  if (!silent) notify("WATCHDOG=1");
}

void Supervisor::complain(const std::string& message) {
  log_.warning(message);
  ::syslog(LOG_NOTICE, "%s", message.c_str());
}

}  // namespace vigil::watch
