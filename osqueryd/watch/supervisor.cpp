// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/supervisor.h"

#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "osqueryd/watch/environment.h"
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
    : settings_(settings), limits_(settings.limits), executable_(std::move(executable)), waiter_(waiter), log_(log), beat_(watchdog_interval() / 3) {
  if (auto usage = usage_of(::getpid())) own_memory_ = usage->memory;
  if (auto membership = read_small("/proc/self/cgroup")) {
    auto group = ControlGroup::make("/sys/fs/cgroup", parse_membership(*membership), ::getpid());
    if (group)
      group_.emplace(std::move(*group));
    else
      log_.info("the limits of the worker are kept without the kernel's help: " + group.error().message);
  }
  nursery_.emplace(settings.extensions, group_ ? &*group_ : nullptr, log_);
}

int Supervisor::run() {
  const int code = supervise();
  // The worker may have needed them to its end. All together takes no longer than systemd waits.
  const int64_t left = stopped_ ? stopped_at_ + microseconds(settings_.alarm_timeout) - clock_.steady() - kill_wait : settings_.extensions.patience;
  nursery_->stop(std::clamp(left, Clock::second, settings_.extensions.patience));
  return code;
}

int Supervisor::supervise() {
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
  std::vector<std::string> all = environment_for_children();
  all.push_back(std::string(worker_variable) + "=");
  all.push_back(std::string(report_variable) + "=" + std::to_string(report));
  if (last_end_.known) all.push_back(std::string(last_end_variable) + "=" + to_text(last_end_));
  if (!nursery_->empty()) all.push_back(std::string(extensions_variable) + "=true");
  if (const auto board = nursery_->board()) all.push_back(std::string(extension_board_variable) + "=" + std::to_string(board->descriptor()));
  return all;
}

Result<void> Supervisor::start() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return os_error("create", "socket of the worker", errno);
  Fd mine(ends[0]);
  const Fd its(ends[1]);
  Restraint restraint(limits_, settings_.poll, clock_.steady(), group_ ? &*group_ : nullptr, "the worker");
  Launch launch{executable_.get(), settings_.arguments, environment(its.get()), {its.get()}, {}};
  if (group_) launch.groups = group_->entries();
  if (const auto board = nursery_->board()) launch.inherited.push_back(board->descriptor());
  auto child = Child::start(std::move(launch));
  if (!child) return std::move(child.error());
  worker_.emplace(Worker{std::move(*child), std::move(mine), std::move(restraint)});
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
  return worker_->restraint.look(*usage, now, log_);
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
  if (const auto broken = worker_->restraint.broken_for_kernel()) {
    last_end_.limit = true;
    last_end_.reason = *broken;
    complain(who + " stopped: " + last_end_.reason);
    return std::nullopt;
  }
  log_.warning(who + " " + to_text(exit));
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
  worker_->restraint.release();
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
    int64_t wake = std::min(until, nursery_->attend());
    if (beat_ > 0) wake = std::min(wake, next_beat_);
    const auto woken = waiter_.wait(worker_ ? worker_->child.descriptor() : -1, worker_ ? worker_->reports.get() : -1, wake, nursery_->descriptors());
    if (woken.report) read_reports();
    if (woken.reload && worker_) worker_->child.send(SIGHUP);
    if (woken.stop) {
      if (!std::exchange(stopped_, true)) stopped_at_ = clock_.steady();
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
