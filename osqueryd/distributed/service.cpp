// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/distributed/service.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "core/parse/text.h"
#include "core/sql/digest.h"

namespace vigil::distributed {
namespace {

using schedule::Outcome;
using schedule::Task;
using schedule::Work;
using store::Domain;

constexpr const char* accelerate_key = "distributed_accelerate_checkins_expire";
constexpr const char* denied = "distributed query is denylisted";

constexpr uint64_t accelerated_interval = 5;  // seconds
// Answers wait so long for those of queries that still run.
constexpr int64_t linger = Clock::second;
// Until answers that were not taken are sent again; then doubled.
constexpr int64_t first_pause = Clock::second;
// Back-off does not go beyond this, unless the interval does.
constexpr int64_t longest_pause = 60 * Clock::second;
// A plugin that goes on failing is logged again after this time.
constexpr int64_t log_again = 3600 * Clock::second;
// Bytes of SQL in messages that are about it.
constexpr size_t excerpt = 300;

std::string denial_name(const std::string& digest) { return "distributed." + digest; }

// The key that osquery has for what is running.
Result<std::string> digest_of(const std::string& sql) {
  const auto bytes = sql::digest("sha256", sql);
  if (!bytes) return bytes.error();
  return sql::hex(*bytes);
}

}  // namespace

// A request and its discovery queries, each once.
struct Service::Discovery {
  struct Verdict {
    bool yes = false;
    std::string error;    // for which the whole request is refused
    std::string refused;  // why its queries cannot be run
  };
  Request request;
  std::map<std::string, Verdict> by_sql;
  size_t left = 0;  // that have not ended; guarded by the mutex, as are the verdicts until then
};

Service::Service(std::string name, std::unique_ptr<Plugin> plugin, Parts parts)
    : name_(std::move(name)), plugin_(std::move(plugin)), parts_(std::move(parts)) {}

Service::~Service() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void Service::start() {
  ended_ = false;
  thread_ = std::thread([this] { loop(); });
}

void Service::stop() {
  const std::lock_guard lock(mutex_);
  stop_ = true;
  changed_.notify_all();
}

bool Service::join(int64_t microseconds) {
  {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::microseconds(microseconds), [&] { return ended_; })) return false;
  }
  if (thread_.joinable()) thread_.join();
  return true;
}

void Service::loop() {
  while (!stop_) {
    const int64_t next = turn();
    std::unique_lock lock(mutex_);
    const auto pause = std::chrono::microseconds(std::clamp<int64_t>(next - parts_.clock.steady(), 0, longest_pause));
    changed_.wait_for(lock, pause, [&] { return stop_ || finished_; });
    finished_ = false;
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

int64_t Service::turn() {
  if (!std::exchange(recovered_, true)) recover();
  if (!discovery_ && parts_.clock.steady() >= read_.again) read();
  if (discovery_) judge();
  start_waiting();
  if (parts_.clock.steady() >= deliver_at()) {
    deliver();
    // What has an id of which an answer was waiting.
    start_waiting();
  }
  return discovery_ ? deliver_at() : std::min(read_.again, deliver_at());
}

// What the last process has left in the store.
void Service::recover() {
  const auto until = parts_.store.get(Domain::configurations, accelerate_key);
  if (until && *until) accelerated_until_ = parse::number(**until).value_or(0);
  recover_markers();

  const std::lock_guard lock(mutex_);
  if (const auto loaded = outbox_.load(parts_.store); !loaded)
    parts_.log.error("Cannot read the answers to distributed queries: " + loaded.error().message);
  const auto cursor = parts_.store.scan(Domain::distributed, "");
  while (cursor->next()) waiting_[std::string(cursor->key())] = cursor->value();
  if (cursor->error()) parts_.log.error("Cannot read the distributed queries: " + cursor->error()->message);
}

// Denies what was running when the last process died.
void Service::recover_markers() {
  const int64_t now = parts_.clock.unix_time();
  const auto duration = static_cast<int64_t>(std::min<uint64_t>(parts_.settings().denylist_duration, std::numeric_limits<int32_t>::max()));
  store::Batch batch;
  const auto cursor = parts_.store.scan(Domain::distributed_running, "");
  while (cursor->next()) {
    const std::string key(cursor->key());
    if (key.find('.') != key.npos) continue;
    batch.erase(Domain::distributed_running, key);
    std::string_view sql = cursor->value();
    const int64_t started = std::min(parse::number(parse::cut(sql, '\t')).value_or(0), now);
    const int64_t left = started > now - duration ? started + duration - now : 0;
    if (left == 0) continue;
    parts_.denylist.deny(denial_name(key), "the process ended while it ran: " + std::string(sql), now, left);
    parts_.log.warning("Distributed query may have failed: " + std::string(sql) + "; it is denied for " + std::to_string(left) + " s");
  }
  if (cursor->error()) parts_.log.error("Cannot read which distributed queries ran: " + cursor->error()->message);
  write(batch);
}

void Service::read() {
  const auto text = plugin_->read(stop_);
  if (stop_) return;
  Result<void> done = text ? Result<void>() : text.error();
  if (text) {
    auto request = read_request(*text);
    done = request ? discover(std::move(*request)) : std::move(request.error()).within("its answer is no request");
  }
  if (!done) failed(read_, done.error().message);
}

// Has it found out which of the queries are for this host.
Result<void> Service::discover(Request request) {
  const auto discovery = std::make_shared<Discovery>();
  std::vector<Job> jobs;
  for (const auto& [id, sql] : request.discovery) {
    if (!discovery->by_sql.try_emplace(sql).second) continue;
    auto digest = digest_of(sql);
    if (!digest) return digest.error();
    jobs.push_back({"", sql, std::move(*digest)});
  }
  discovery->request = std::move(request);
  discovery->left = jobs.size();
  discovery_ = discovery;
  for (const Job& job : jobs)
    parts_.tasks.submit(
        {"distributed discovery", job.sql, schedule::Lane::live, true, [=, this](Work& work) { run_discovery(job, *discovery, work); }});
  return {};
}

// Accepts the request that was read last, once that is found out.
void Service::judge() {
  {
    const std::lock_guard lock(mutex_);
    if (discovery_->left > 0) return;
  }
  const auto discovery = std::exchange(discovery_, nullptr);
  if (const auto done = accept(*discovery); !done) return failed(read_, done.error().message);
  succeeded(read_);
  read_.again = parts_.clock.steady() + interval();
}

Result<void> Service::accept(const Discovery& discovery) {
  const Request& request = discovery.request;
  if (!request.warning.empty() && request.warning != last_warning_) parts_.log.warning("Distributed plugin " + name_ + ": " + request.warning);
  last_warning_ = request.warning;
  for (const auto& [id, sql] : request.discovery)
    if (const auto& error = discovery.by_sql.at(sql).error; !error.empty())
      return Error{"its whole request is refused, because the discovery query of '" + id + "' failed: " + error};

  store::Batch batch;
  if (request.accelerate) {
    accelerated_until_ = parts_.clock.unix_time() + *request.accelerate;
    batch.put(Domain::configurations, accelerate_key, std::to_string(accelerated_until_));
  }
  const std::lock_guard lock(mutex_);
  for (const auto& [id, sql] : request.queries) {
    const auto under_way = under_way_.find(id);
    const Answer* answered = outbox_.find(id);
    // Servers ask until they have the answer.
    if ((under_way != under_way_.end() && under_way->second == sql) || (answered && answered->sql == sql)) continue;
    if (const auto asked = request.discovery.find(id); asked != request.discovery.end()) {
      const Discovery::Verdict& verdict = discovery.by_sql.at(asked->second);
      if (!verdict.refused.empty() && !answered && under_way == under_way_.end()) keep({id, sql, ""}, refusal(verdict.refused), batch);
      if (!verdict.yes) continue;
    }
    waiting_[id] = sql;
  }
  write(batch);
  return {};
}

// Each id is busy until its answer was taken: answers are known by it.
void Service::start_waiting() {
  std::vector<Job> jobs;
  {
    store::Batch batch;
    const std::lock_guard lock(mutex_);
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      const std::string& id = at->first;
      if (under_way_.contains(id) || outbox_.find(id)) {
        ++at;
        continue;
      }
      batch.put(Domain::distributed, id, at->second);
      under_way_[id] = at->second;
      jobs.push_back({id, std::move(at->second), ""});
      at = waiting_.erase(at);
    }
    write(batch);
  }
  for (Job& job : jobs) {
    auto digest = digest_of(job.sql);
    if (!digest) {
      finish(job, refusal(digest.error().message), false);
      continue;
    }
    job.digest = std::move(*digest);
    parts_.tasks.submit({"distributed." + job.id, job.sql, schedule::Lane::live, true, [=, this](Work& work) { run_query(job, work); }});
  }
}

int64_t Service::deliver_at() {
  const std::lock_guard lock(mutex_);
  if (outbox_.empty()) return std::numeric_limits<int64_t>::max();
  return std::max(write_.again, under_way_.empty() ? 0 : first_finished_ + linger);
}

void Service::deliver() {
  while (!stop_) {
    std::string text;
    std::vector<std::string> ids;
    {
      const std::lock_guard lock(mutex_);
      const auto answers = outbox_.next();
      if (answers.empty()) return;
      for (const Answer* answer : answers) ids.push_back(answer->id);
      text = write_answers(answers);
    }
    const auto done = plugin_->write(text, stop_);
    if (!done && stop_) return;
    std::vector<std::string> gone;
    {
      store::Batch batch;
      const std::lock_guard lock(mutex_);
      if (done)
        outbox_.taken(ids, batch);
      else
        gone = outbox_.failed(ids, parts_.clock.unix_time(), batch);
      write(batch);
    }
    tell_gone(gone);
    if (!done) return failed(write_, done.error().message);
    succeeded(write_);
  }
}

void Service::run_query(const Job& job, Work& work) {
  const Settings settings = parts_.settings();
  if (parts_.denylist.denied(denial_name(job.digest), parts_.clock.unix_time())) return finish(job, refusal(denied), false);
  if (settings.log_sql) parts_.log.info("Executing distributed query: " + job.id + ": " + job.sql);
  mark(job);
  Outcome outcome = work.query(job.sql, settings.budget);
  if (outcome.cancelled && work.stopping()) return put_back(job);
  const schedule::Usage used = outcome.used;
  if (parse::trim(job.sql).empty()) outcome.error = Error{"the query is empty"};
  Answer result = answer(outcome);
  outcome = {};
  parts_.denylist.fine(denial_name(job.digest));
  finish(job, std::move(result), true);
  if (parts_.after_query) parts_.after_query(used);
}

void Service::run_discovery(const Job& job, Discovery& discovery, Work& work) {
  Discovery::Verdict verdict;
  const bool marked = !parts_.denylist.denied(denial_name(job.digest), parts_.clock.unix_time());
  if (!marked) {
    verdict.refused = denied;
  } else {
    mark(job);
    const Outcome outcome = work.query(job.sql, schedule::discovery_budget);
    verdict.yes = outcome.rows.size() > 0;
    if (outcome.error) verdict.error = outcome.error->message;
    if (!verdict.yes && !outcome.stopped.empty()) verdict.refused = "its discovery query was ended early: " + outcome.stopped;
    if (outcome.cancelled && parts_.board && parts_.board->frozen()) return;
  }
  store::Batch batch;
  const std::lock_guard lock(mutex_);
  if (marked) unmark(job, batch);
  write(batch);
  discovery.by_sql.at(job.sql) = std::move(verdict);
  --discovery.left;
  finished_ = true;
  changed_.notify_all();
}

// From here on the query is not run again after a crash.
void Service::mark(const Job& job) {
  const std::lock_guard lock(mutex_);
  ++running_[job.digest];
  store::Batch batch;
  if (!job.id.empty()) batch.erase(Domain::distributed, job.id);
  batch.put(Domain::distributed_running, job.digest, std::to_string(parts_.clock.unix_time()) + '\t' + job.sql.substr(0, excerpt));
  write(batch);
}

// With the mutex held.
void Service::unmark(const Job& job, store::Batch& batch) {
  const auto running = running_.find(job.digest);
  if (running == running_.end() || --running->second > 0) return;
  running_.erase(running);
  batch.erase(Domain::distributed_running, job.digest);
}

// With the mutex held.
void Service::keep(const Job& job, Answer answer, store::Batch& batch) {
  answer.id = job.id;
  answer.sql = job.sql;
  answer.time = parts_.clock.unix_time();
  if (outbox_.empty()) first_finished_ = parts_.clock.steady();
  tell_gone(outbox_.add(std::move(answer), batch));
}

void Service::finish(const Job& job, Answer answer, bool marked) {
  store::Batch batch;
  const std::lock_guard lock(mutex_);
  if (marked)
    unmark(job, batch);
  else
    batch.erase(Domain::distributed, job.id);
  keep(job, std::move(answer), batch);
  write(batch);
  under_way_.erase(job.id);
  finished_ = true;
  changed_.notify_all();
}

// It was ended because the program ends, and runs when it starts again; unless
// it may be the reason for that.
void Service::put_back(const Job& job) {
  if (parts_.board && parts_.board->frozen()) return;
  store::Batch batch;
  const std::lock_guard lock(mutex_);
  unmark(job, batch);
  batch.put(Domain::distributed, job.id, job.sql);
  write(batch);
}

// In microseconds.
int64_t Service::interval() const {
  uint64_t seconds = std::clamp<uint64_t>(parts_.settings().interval, 1, std::numeric_limits<int32_t>::max());
  if (parts_.clock.unix_time() < accelerated_until_) seconds = std::min(seconds, accelerated_interval);
  return static_cast<int64_t>(seconds) * Clock::second;
}

void Service::failed(Call& call, const std::string& reason) {
  const int64_t base = &call == &read_ ? interval() : std::min(interval(), first_pause);
  const int64_t now = parts_.clock.steady();
  const int64_t pause = std::min(base << std::min(call.failures, 6U), std::max(base, longest_pause));
  call.again = now + pause;
  if (call.failures++ > 0 && now - call.logged < log_again) return;
  call.logged = now;
  parts_.log.warning("Distributed plugin " + name_ + " " + call.failing + ": " + reason + "; it is asked again in " +
                     std::to_string(pause / Clock::second) + " s, and then less often");
}

void Service::succeeded(Call& call) {
  call.again = 0;
  if (std::exchange(call.failures, 0) > 0) parts_.log.info("Distributed plugin " + name_ + " works again");
}

void Service::write(const store::Batch& batch) {
  if (batch.empty()) return;
  const auto written = parts_.store.write(batch);
  if (!store_fails_.exchange(!written) && !written)
    parts_.log.error("Distributed queries and answers are kept in memory only: " + written.error().message);
}

void Service::tell_gone(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) parts_.log.warning("The answer to distributed query " + id + " is dropped, too much waits for plugin " + name_);
}

}  // namespace vigil::distributed
