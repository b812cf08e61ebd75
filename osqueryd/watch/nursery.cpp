// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/nursery.h"

#include <poll.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <limits>

#include "osqueryd/watch/environment.h"
#include "osqueryd/watch/names.h"

namespace vigil::watch {
namespace {

constexpr int64_t never = std::numeric_limits<int64_t>::max();
// What the kernel needs to end a process that cannot refuse.
constexpr int64_t kill_wait = 2 * Clock::second;

std::string seconds_text(uint64_t seconds) { return std::to_string(seconds) + (seconds == 1 ? " second" : " seconds"); }

}  // namespace

Nursery::Nursery(NurserySettings settings, const ControlGroup* group, Log& log) : settings_(std::move(settings)), log_(log) {
  for (const std::string& warning : settings_.autoload.warnings) log_.warning(warning);
  for (const std::string& note : settings_.autoload.notes) log_.info(note);
  if (settings_.autoload.candidates.empty()) return;
  if (auto board = ExtensionBoard::make())
    board_ = std::move(*board);
  else
    log_.warning("osquery_extension_processes stays empty: " + board.error().message);
  for (const extensions::Candidate& candidate : settings_.autoload.candidates) {
    Extension& extension = extensions_.emplace_back(Extension{candidate, Comeback(settings_.limits.max_delay), {}});
    extension.info.path = candidate.path;
    extension.info.state = "waiting";
    if (!group || !settings_.limited) continue;
    auto own = group->beside("osqueryd-extension-" + std::to_string(extensions_.size()));
    if (own)
      extension.group.emplace(std::move(*own));
    else
      log_.info("the limits of " + name(extension) + " are kept without the kernel's help: " + own.error().message);
  }
}

// For a log that may be read by programs, the worker's words with another noun.
std::string Nursery::name(const Extension& extension) const {
  const std::string pid = extension.child ? " (" + std::to_string(extension.child->pid()) + ")" : "";
  return "osqueryd extension '" + extension.candidate.path + "'" + pid;
}

int64_t Nursery::attend() {
  const int64_t now = clock_.steady();
  int64_t next = never;
  for (size_t i = 0; i < extensions_.size(); ++i) {
    Extension& extension = extensions_[i];
    attend(extension, now);
    next = std::min(next, extension.due);
    if (board_) board_->write(i, extension.info);
  }
  return next;
}

void Nursery::attend(Extension& extension, int64_t now) {
  if (extension.child)
    if (const auto exit = extension.child->reap()) note_end(extension, *exit, now);
  if (now < extension.due) return;
  if (!extension.child) return start(extension, now);
  if (!extension.ending) return look(extension, now);
  extension.child->send_all(SIGKILL);
  extension.due = never;
}

void Nursery::refuse(Extension& extension, const char* state, const Error& why, int64_t now, int64_t wait) {
  if (extension.said != why.message) log_.warning(extension.candidate.origin + ": " + name(extension) + " is not started: " + why.message);
  extension.said = why.message;
  extension.due = now + wait;
  extension.info.state = state;
  extension.info.next_start = clock_.unix_time() + wait / Clock::second;
  extension.info.last_end = "not started: " + why.message;
}

void Nursery::start(Extension& extension, int64_t now) {
  sql::ExtensionProcessInfo& info = extension.info;
  if (auto safe = extensions::check_extension(extension.candidate.path, settings_.allow_unsafe); !safe)
    return refuse(extension, "unsafe", safe.error(), now, settings_.retry);

  Launch launch;
  launch.arguments = settings_.arguments;
  launch.arguments.insert(launch.arguments.begin(), extension.candidate.path);
  launch.environment = environment_for_children();
  launch.environment.push_back(std::string(launcher_variable) + "=" + std::to_string(::getpid()));
  launch.apart = true;
  // Nobody will be there to insist.
  launch.death_signal = SIGKILL;
  if (extension.group) launch.groups = extension.group->entries();
  if (settings_.limited)
    extension.restraint.emplace(settings_.limits, settings_.poll, now, extension.group ? &*extension.group : nullptr, name(extension));
  auto child = Child::start(std::move(launch));
  if (!child) return refuse(extension, "waiting", child.error(), now, settings_.retry);

  extension.child.emplace(std::move(*child));
  extension.said.clear();
  extension.started = now;
  extension.due = settings_.limited ? now + settings_.poll : never;
  extension.ending = false;
  info.state = "running";
  info.pid = extension.child->pid();
  info.started = clock_.unix_time();
  info.next_start = 0;
  if (++info.starts == 1) log_.info(name(extension) + " is started");
}

void Nursery::look(Extension& extension, int64_t now) {
  extension.due = now + settings_.poll;
  const auto usage = usage_of(extension.child->pid());
  // One that has just ended has no use; its descriptor tells of the end.
  if (!usage) return;
  extension.broken = extension.restraint->look(*usage, now, log_);
  if (!extension.broken) return;
  const std::string message = name(extension) + " stopping: " + *extension.broken;
  log_.warning(message);
  ::syslog(LOG_NOTICE, "%s", message.c_str());
  end(extension, microseconds(settings_.limits.forced_shutdown));
}

void Nursery::end(Extension& extension, int64_t patience) {
  if (extension.restraint) extension.restraint->release();
  extension.child->send_all(SIGTERM);
  extension.ending = true;
  extension.due = clock_.steady() + patience;
  extension.info.state = "stopping";
}

void Nursery::note_end(Extension& extension, const Exit& exit, int64_t now) {
  const int64_t lived = now - extension.started;
  if (!extension.broken && extension.restraint && exit.signal == SIGKILL) extension.broken = extension.restraint->broken_for_kernel();
  const bool orderly = !extension.broken && !exit.failure && exit.signal == 0 && exit.code == 0;
  const std::string who = name(extension);
  sql::ExtensionProcessInfo& info = extension.info;
  info.pid = -1;
  info.last_end = extension.broken ? *extension.broken : to_text(exit);
  info.limit_hits += extension.broken.has_value();
  extension.broken.reset();
  extension.child.reset();
  extension.restraint.reset();
  if (stopping_) {
    info.state = "stopped";
    extension.due = never;
    return;
  }

  const uint64_t seconds = extension.comeback.wait_after(orderly, lived);
  const std::string line = who + " " + info.last_end + " after " + seconds_text(static_cast<uint64_t>(lived / Clock::second)) +
                           "; the next start is in " + seconds_text(seconds);
  if (orderly)
    log_.info(line);
  else
    log_.warning(line);
  info.quick_ends = extension.comeback.quick_ends();
  info.state = "waiting";
  info.next_start = clock_.unix_time() + static_cast<int64_t>(seconds);
  extension.due = now + microseconds(seconds);
}

std::vector<int> Nursery::descriptors() const {
  std::vector<int> all;
  for (const Extension& extension : extensions_)
    if (extension.child) all.push_back(extension.child->descriptor());
  return all;
}

void Nursery::stop(int64_t patience) {
  stopping_ = true;
  for (Extension& extension : extensions_) {
    extension.due = never;
    extension.info.state = "stopped";
    extension.info.next_start = 0;
    if (extension.child) end(extension, patience);
  }
  const int64_t deadline = clock_.steady() + patience + kill_wait;
  while (true) {
    const int64_t next = std::min(attend(), deadline);
    const std::vector<int> left = descriptors();
    if (left.empty()) return;
    const int64_t wait = next - clock_.steady();
    if (clock_.steady() >= deadline) break;
    std::vector<pollfd> polled;
    for (const int descriptor : left) polled.push_back({descriptor, POLLIN, 0});
    // A millisecond more, so that what is due then is due.
    (void)::poll(polled.data(), polled.size(), static_cast<int>(std::max<int64_t>(wait, 0) / 1000 + 1));
  }
  for (const Extension& extension : extensions_)
    if (extension.child) log_.error(name(extension) + " cannot be ended");
}

}  // namespace vigil::watch
