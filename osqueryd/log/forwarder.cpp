// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/forwarder.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <utility>

namespace vigil::log {
namespace {

using Time = std::chrono::steady_clock::time_point;
using Microseconds = std::chrono::microseconds;

// A hanging send is left alone this long after the end was due.
constexpr Microseconds patience{50'000};
// Idle waits end by themselves now and then, as a guard.
constexpr Microseconds idle{60'000'000};
// The last process may have had larger batches.
constexpr size_t earlier_batches = 4;

Time now() { return std::chrono::steady_clock::now(); }

// What a thread waits with. It is apart from the rest so that a logger that
// calls back late finds it, and keeps nothing else alive.
struct Monitor {
  std::mutex mutex;
  std::condition_variable changed;
};

// A send that is under way, kept alive by the logger that will call back.
struct Send {
  std::vector<Record> records;
  std::optional<Logger::Outcome> outcome;
};

}  // namespace

unsigned wanted_kinds(const Logger& logger) {
  unsigned wanted = 0;
  for (size_t i = 0; i < kinds; ++i)
    if (logger.wants(static_cast<Kind>(i))) wanted |= 1u << i;
  return wanted;
}

// What the thread and its owner both know. The thread may outlive the owner
// while it is inside the logger; from then on it touches nothing but this.
struct Forwarder::Shared {
  Shared(std::unique_ptr<Logger> l, Spool& s, Log& g, Settings t) : logger(std::move(l)), name(logger->name()), spool(s), log(g), settings(t) {}

  struct Lane {
    unsigned failures = 0;
    Time again{};       // no send before
    uint64_t owed = 0;  // up to here the logger has it, but the spool could not be told
  };

  const std::unique_ptr<Logger> logger;
  const std::string name;
  Spool& spool;
  Log& log;
  const Settings settings;

  // Guards what follows it.
  const std::shared_ptr<Monitor> monitor = std::make_shared<Monitor>();
  std::optional<Time> deadline;  // set: the end is asked for
  bool reopened = false, in_logger = false, ended = false, abandoned = false;

  // Of the thread alone.
  std::array<Lane, kinds> lanes;
  std::minstd_rand chance{std::random_device()()};

  // Calls `work` while the owner may leave; false when it did.
  template <class Work>
  bool call(const Work& work) {
    {
      const std::lock_guard lock(monitor->mutex);
      in_logger = true;
    }
    work();
    const std::lock_guard lock(monitor->mutex);
    in_logger = false;
    return !abandoned;
  }

  std::optional<Time> ending() {
    const std::lock_guard lock(monitor->mutex);
    return deadline;
  }

  bool claim_reopened() {
    const std::lock_guard lock(monitor->mutex);
    return std::exchange(reopened, false);
  }

  bool skip_delivered();
  bool loop();
  std::optional<Logger::Outcome> send(std::vector<Record> records);
  bool settle(Kind kind, const std::vector<uint64_t>& sequences, const Logger::Outcome& outcome);
  bool acknowledge(Kind kind, uint64_t sequence);
  void failed(Kind kind, const std::string& reason);
  void succeeded(Kind kind);
  unsigned ready(Time at) const;
  Microseconds pause(Time at) const;
};

// What the last process delivered without acknowledging it.
bool Forwarder::Shared::skip_delivered() {
  for (size_t i = 0; i < kinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    if (!logger->wants(kind)) continue;
    auto pending = spool.next(name, bit(kind), earlier_batches * settings.records, earlier_batches * settings.bytes);
    if (!pending) {
      log.error("logger " + name + ": " + pending.error().message);
      continue;
    }
    std::optional<Result<size_t>> count;
    if (!call([&] { count.emplace(logger->delivered(*pending)); })) return false;
    if (!*count) {
      log.warning("logger " + name + ": what was delivered before cannot be told: " + count->error().message);
      continue;
    }
    const size_t there = std::min(**count, pending->size());
    if (there == 0) continue;
    acknowledge(kind, (*pending)[there - 1].sequence);
  }
  return true;
}

unsigned Forwarder::Shared::ready(Time at) const {
  unsigned ready = 0;
  for (size_t i = 0; i < kinds; ++i)
    if (lanes[i].again <= at) ready |= 1u << i;
  return ready;
}

// Until the next kind may be tried again.
Microseconds Forwarder::Shared::pause(Time at) const {
  Microseconds pause = idle;
  for (const Lane& lane : lanes)
    if (lane.again > at) pause = std::min(pause, std::chrono::ceil<Microseconds>(lane.again - at));
  return pause;
}

// False when the owner has left.
bool Forwarder::Shared::loop() {
  uint64_t seen = 0;
  spool.wait(seen, 0);
  for (;;) {
    if (claim_reopened()) {
      if (!call([&] { logger->reopen(); })) return false;
      for (Lane& lane : lanes) lane.again = {};
    }
    const auto end = ending();
    if (end && now() >= *end) return true;
    // At the end there is no later.
    auto batch = spool.next(name, end ? all_kinds : ready(now()), settings.records, settings.bytes);
    if (!batch) log.error("logger " + name + ": " + batch.error().message);
    if (!batch || batch->empty()) {
      if (end) return true;
      spool.wait(seen, (batch ? pause(now()) : Microseconds(settings.backoff)).count());
      continue;
    }
    const Kind kind = batch->front().kind;
    if (const uint64_t owed = lanes[static_cast<size_t>(kind)].owed; owed >= batch->front().sequence) {
      if (!acknowledge(kind, owed) && end) return true;
      continue;
    }
    std::vector<uint64_t> sequences;
    for (const Record& record : *batch) sequences.push_back(record.sequence);
    const auto outcome = send(std::move(*batch));
    if (!outcome) {
      const std::lock_guard lock(monitor->mutex);
      return !abandoned;
    }
    if (!settle(kind, sequences, *outcome) && end) return true;
  }
}

// Nothing when the end came first.
std::optional<Logger::Outcome> Forwarder::Shared::send(std::vector<Record> records) {
  const auto sending = std::make_shared<Send>();
  sending->records = std::move(records);
  const bool stays = call([&] {
    logger->send(sending->records, [sending, m = monitor](Logger::Outcome outcome) {
      const std::lock_guard lock(m->mutex);
      sending->outcome = std::move(outcome);
      m->changed.notify_all();
    });
  });
  if (!stays) return std::nullopt;
  std::unique_lock lock(monitor->mutex);
  while (!sending->outcome) {
    if (!deadline) {
      monitor->changed.wait(lock);
    } else if (monitor->changed.wait_until(lock, *deadline) == std::cv_status::timeout) {
      break;
    }
  }
  return std::move(sending->outcome);
}

// Acknowledges what was sent; false when not all was.
bool Forwarder::Shared::settle(Kind kind, const std::vector<uint64_t>& sequences, const Logger::Outcome& outcome) {
  const size_t sent = std::min(outcome.sent, sequences.size());
  if (sent > 0 && !acknowledge(kind, sequences[sent - 1])) return false;
  if (sent == sequences.size() && outcome.status) {
    succeeded(kind);
    if (settings.period > 0) lanes[static_cast<size_t>(kind)].again = now() + Microseconds(settings.period);
    return true;
  }
  failed(kind, outcome.status ? "only " + std::to_string(sent) + " of " + std::to_string(sequences.size()) + " records were taken"
                              : outcome.status.error().message);
  return false;
}

// What could not be acknowledged must not be sent again.
bool Forwarder::Shared::acknowledge(Kind kind, uint64_t sequence) {
  const auto done = spool.acknowledge(name, kind, sequence);
  lanes[static_cast<size_t>(kind)].owed = done ? 0 : sequence;
  if (!done) failed(kind, "acknowledge: " + done.error().message);
  return static_cast<bool>(done);
}

void Forwarder::Shared::failed(Kind kind, const std::string& reason) {
  Lane& lane = lanes[static_cast<size_t>(kind)];
  int64_t wait = settings.backoff;
  for (unsigned i = 0; i < lane.failures && wait < settings.backoff_max; ++i) wait *= 2;
  wait = std::min(wait, settings.backoff_max);
  std::uniform_int_distribution<int64_t> shorter(0, wait / 4);
  lane.again = now() + Microseconds(wait - shorter(chance));
  const bool first = std::all_of(lanes.begin(), lanes.end(), [](const Lane& each) { return each.failures == 0; });
  ++lane.failures;
  if (first) log.warning("logger " + name + " fails, records wait for it: " + reason);
}

void Forwarder::Shared::succeeded(Kind kind) {
  const unsigned failures = std::exchange(lanes[static_cast<size_t>(kind)].failures, 0);
  const bool last = std::all_of(lanes.begin(), lanes.end(), [](const Lane& each) { return each.failures == 0; });
  if (failures > 0 && last) log.info("logger " + name + " works again");
}

Forwarder::Forwarder(std::unique_ptr<Logger> logger, Spool& spool, Log& log, Settings settings)
    : shared_(std::make_shared<Shared>(std::move(logger), spool, log, settings)), spool_(spool), thread_([shared = shared_] { run(shared); }) {}

Forwarder::~Forwarder() {
  finish(0);
  join();
}

void Forwarder::run(const std::shared_ptr<Shared>& shared) {
  const bool stays = shared->skip_delivered() && shared->loop();
  const std::lock_guard lock(shared->monitor->mutex);
  shared->ended = stays;
  shared->monitor->changed.notify_all();
}

void Forwarder::reopen() {
  {
    const std::lock_guard lock(shared_->monitor->mutex);
    shared_->reopened = true;
  }
  spool_.wake();
}

void Forwarder::finish(int64_t drain) {
  {
    const std::lock_guard lock(shared_->monitor->mutex);
    const Time end = now() + Microseconds(drain);
    shared_->deadline = shared_->deadline ? std::min(*shared_->deadline, end) : end;
    shared_->monitor->changed.notify_all();
  }
  spool_.wake();
}

bool Forwarder::join() {
  if (!thread_.joinable()) return !shared_->abandoned;
  {
    std::unique_lock lock(shared_->monitor->mutex);
    while (!shared_->ended) {
      const bool late = shared_->deadline && now() >= *shared_->deadline + patience;
      if (late && shared_->in_logger) {
        shared_->abandoned = true;
        thread_.detach();
        return false;
      }
      shared_->monitor->changed.wait_for(lock, Microseconds(10'000));
    }
  }
  thread_.join();
  return true;
}

}  // namespace vigil::log
