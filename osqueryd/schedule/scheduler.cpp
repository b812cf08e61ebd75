// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/scheduler.h"

#include <algorithm>
#include <random>
#include <utility>

#include "core/parse/text.h"
#include "osqueryd/schedule/due.h"
#include "osqueryd/schedule/ledger.h"

namespace vigil::schedule {
namespace {

using store::Domain;

// Results of a query that left the schedule are kept for so many seconds.
constexpr int64_t keep_results = 592200;
constexpr int64_t save_interval = 60;
constexpr int64_t minute = 60;
// A clock that was set back by less may as well have been slewed.
constexpr int64_t tolerated_step = 1;

std::string timestamp_key(const std::string& name) { return "timestamp." + name; }
std::string interval_key(const std::string& name) { return "interval." + name; }

Budget merged(const config::Budget& own, Budget standard) {
  if (own.cpu) standard.cpu = static_cast<int64_t>(*own.cpu * Clock::second);
  if (own.wall) standard.wall = static_cast<int64_t>(*own.wall * Clock::second);
  if (own.rows) standard.rows = *own.rows;
  if (own.memory) standard.memory = *own.memory;
  return standard;
}

log::Kind kind_of(const config::Query& query) {
  if (query.alert) return log::Kind::alert;
  return query.snapshot ? log::Kind::snapshot : log::Kind::result;
}

uint64_t random_number() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

}  // namespace

Scheduler::Scheduler(Parts parts) : parts_(std::move(parts)), differ_(parts_.store) {}

// The spread interval is kept, so that a restart does not move the query.
uint64_t Scheduler::splayed_interval(const config::Query& query) {
  const auto stored = parts_.store.get(Domain::configurations, interval_key(query.name));
  if (stored && *stored) {
    std::string_view rest = **stored;
    const auto interval = parse::number<uint64_t>(parse::cut(rest, ':'));
    const auto splayed = parse::number<uint64_t>(rest);
    if (interval == query.interval && splayed.value_or(0) > 0) return *splayed;
  }
  const uint64_t splayed = splay(query.interval, settings_.splay_percent, random_number());
  store::Batch batch;
  batch.put(Domain::configurations, interval_key(query.name), std::to_string(query.interval) + ":" + std::to_string(splayed));
  if (const auto written = parts_.store.write(batch); !written)
    parts_.log.warning("Cannot store the interval of " + query.name + ": " + written.error().message);
  return splayed;
}

int64_t Scheduler::due_after(const Entry& entry, int64_t time) const { return entry.cron ? entry.cron->next(time) : next_due(time, entry.splayed); }

std::shared_ptr<Scheduler::Entry> Scheduler::make_entry(const config::Query& query, std::shared_ptr<Pack> pack, int64_t now) {
  auto entry = std::make_shared<Entry>();
  entry->query = query;
  entry->pack = std::move(pack);
  entry->budget = merged(query.budget, settings_.budget);
  entry->ledger.name = query.name;
  entry->ledger.query = query.sql;
  entry->ledger.pack = query.pack;
  entry->ledger.cron = query.cron;
  entry->ledger.interval = query.interval;
  if (!query.cron.empty()) {
    auto cron = Cron::parse(query.cron);
    if (!cron) return nullptr;  // refused with the configuration
    entry->cron = std::move(*cron);
  } else {
    entry->splayed = splayed_interval(query);
  }

  const auto numbers = parts_.store.get(Domain::query_performance, query.name);
  if (numbers && *numbers && ledger_sql(**numbers) == query.sql) unpack_ledger(**numbers, entry->ledger);
  const auto last = parts_.store.get(Domain::configurations, timestamp_key(query.name));
  const int64_t last_run = last && *last ? parse::number(**last).value_or(0) : 0;
  // A time in the future was noted before the clock was set back.
  entry->due = due_after(*entry, last_run > 0 ? std::min(last_run, now) : now);
  if (query.at_start) entry->due = now;
  return entry;
}

void Scheduler::configure(const config::Config& config, const Settings& settings) {
  const int64_t now = parts_.clock.unix_time();
  parts_.decorators.configure(settings.decorate ? config.decorators : std::map<std::string, config::Decorators>(), settings.format.null_value);
  const std::lock_guard lock(mutex_);
  settings_ = settings;

  std::vector<std::shared_ptr<Pack>> packs;
  Entries entries;
  for (const config::Pack& pack : config.packs) {
    auto own = std::make_shared<Pack>();
    own->info = {pack.name, pack.platform, pack.version, static_cast<int64_t>(pack.shard)};
    own->info.active = pack.fits && pack.discovery.empty();
    own->discovery = pack.discovery;
    packs.push_back(own);
    for (const config::Query& query : pack.queries) {
      auto entry = make_entry(query, own, now);
      if (!entry) continue;
      if (const auto before = entries_.find(query.name); before != entries_.end() && before->second->query.sql == query.sql) {
        entry->ledger = before->second->ledger;
        entry->dirty = before->second->dirty;
        entry->started = before->second->started;
        // At start means the program's start.
        if (entry->started && query.at_start) entry->due = due_after(*entry, entry->ledger.last_executed > 0 ? entry->ledger.last_executed : now);
      }
      entries[query.name] = std::move(entry);
    }
  }
  purge(entries, now);
  entries_ = std::move(entries);
  packs_ = std::move(packs);
}

void Scheduler::purge(const Entries& entries, int64_t now) {
  store::Batch batch;
  constexpr std::string_view prefix = "timestamp.";
  const auto stamps = parts_.store.scan(Domain::configurations, prefix);
  while (stamps->next()) {
    const std::string name(stamps->key().substr(prefix.size()));
    if (entries.contains(name) || now - parse::number(stamps->value()).value_or(0) < keep_results) continue;
    results::Differ::forget(name, batch);
    batch.erase(Domain::configurations, interval_key(name));
    batch.erase(Domain::configurations, timestamp_key(name));
  }
  const auto ledgers = parts_.store.scan(Domain::query_performance, "");
  while (ledgers->next())
    if (!entries.contains(std::string(ledgers->key()))) batch.erase(Domain::query_performance, std::string(ledgers->key()));
  for (const auto* cursor : {stamps.get(), ledgers.get()})
    if (cursor->error()) parts_.log.warning("Cannot look for old results: " + cursor->error()->message);
  if (batch.empty()) return;
  if (const auto written = parts_.store.write(batch); !written) parts_.log.warning("Cannot purge old results: " + written.error().message);
}

// With the clock set back, a query would wait for its old due time.
void Scheduler::note_clock(int64_t now) {
  if (now < last_tick_ - tolerated_step) {
    parts_.log.warning("The clock was set back by " + std::to_string(last_tick_ - now) + " s; the schedule follows it");
    for (auto& [name, entry] : entries_) entry->due = std::min(entry->due, due_after(*entry, now));
    for (auto& pack : packs_) {
      const std::lock_guard lock(pack->deciding);
      pack->decided = std::min(pack->decided, now);
    }
    last_save_ = now;
  }
  last_tick_ = now;
}

int64_t Scheduler::tick() {
  const int64_t now = parts_.clock.unix_time();
  const bool new_minute = now / minute != last_tick_ / minute;
  bool save_now = false;
  int64_t next = now + minute;
  {
    const std::lock_guard lock(mutex_);
    note_clock(now);
    std::vector<std::shared_ptr<Entry>> due;
    for (const auto& [name, entry] : entries_)
      if (entry->due <= now) due.push_back(entry);
    // Only those that run at start have a priority that is not the lowest. What
    // was slow the last time waits for what was not.
    const auto rank = [](const Entry& entry) { return std::pair(entry.query.startup_priority, entry.ledger.last_wall_time_ms); };
    std::stable_sort(due.begin(), due.end(), [&](const auto& a, const auto& b) { return rank(*a) < rank(*b); });
    for (const auto& entry : due) start(entry, now);
    for (const auto& [name, entry] : entries_) next = std::min(next, entry->due);
    save_now = now - last_save_ >= save_interval;
  }
  const int64_t at = now / minute * minute;
  if (new_minute && parts_.decorators.due(at))
    parts_.tasks.submit({"decorators", "", Lane::scheduled, false, [this, at](Work& work) { parts_.decorators.run_interval(work, at); }});
  if (save_now) save();
  return next * Clock::second;
}

void Scheduler::start(const std::shared_ptr<Entry>& entry, int64_t now) {
  const int64_t late = now - entry->due;
  entry->due = due_after(*entry, now);
  // A run that is still going on stands for this one too.
  if (entry->running) return;
  const std::string& name = entry->query.name;
  const bool denied = entry->query.denylist && parts_.denylist.denied(name, now);
  if (denied != entry->denied) {
    entry->denied = denied;
    if (denied)
      parts_.log.warning("Scheduled query is denylisted: " + name);
    else
      parts_.log.info("Scheduled denylisted query has expired: " + name);
  }
  if (denied) return;
  if (entry->started && settings_.max_drift > 0 && late > static_cast<int64_t>(settings_.max_drift))
    parts_.log.warning("Scheduled query " + name + " is " + std::to_string(late) + " s late");

  entry->running = entry->started = true;
  parts_.tasks.submit({name, entry->query.sql, Lane::scheduled, true, [this, entry, settings = settings_, now](Work& work) {
                         run(entry, settings, now, work);
                         const std::lock_guard lock(mutex_);
                         entry->running = false;
                       }});
}

void Scheduler::run(const std::shared_ptr<Entry>& entry, const Settings& settings, int64_t now, Work& work) {
  const config::Query& query = entry->query;
  if (!active(*entry->pack, settings, work)) return;
  if (settings.log_names) parts_.log.info("Executing scheduled query " + query.name + ": " + query.sql);
  const results::Decorations decorations = settings.decorate ? parts_.decorators.refresh(work) : results::Decorations();
  const Outcome outcome = work.query(query.sql, entry->budget);
  // It has not run, then, and is due again after the start.
  if (work.stopping() && (outcome.cancelled || outcome.error)) return;

  {
    const std::lock_guard lock(mutex_);
    add_run(entry->ledger, outcome.used, now);
    entry->ledger.last_rows = static_cast<int64_t>(outcome.rows.size());
    entry->dirty = true;
  }
  std::string failure = judge(*entry, outcome, now);
  if (!outcome.error) {
    const std::string unwritten = report(*entry, settings, now, outcome, decorations);
    if (!unwritten.empty()) trouble(*entry, failure = "Cannot store results of scheduled query " + query.name + ": " + unwritten, Severity::error);
  }
  bool recovered = false;
  {
    const std::lock_guard lock(mutex_);
    entry->ledger.last_error = failure;
    entry->ledger.errors += !failure.empty();
    if (failure.empty() && outcome.warnings.empty()) recovered = !std::exchange(entry->last_trouble, {}).empty();
  }
  if (recovered) parts_.log.info("Scheduled query " + query.name + " works again");
  if (parts_.after_query) parts_.after_query(query, outcome.used, !failure.empty());
}

// Whether the discovery queries say that the pack is for this host; asked again
// when the last answer is too old.
bool Scheduler::active(Pack& pack, const Settings& settings, Work& work) {
  if (pack.discovery.empty()) return true;
  const std::lock_guard deciding(pack.deciding);
  const int64_t now = parts_.clock.unix_time();
  if (pack.decided > 0 && now - pack.decided < static_cast<int64_t>(settings.pack_refresh)) {
    const std::lock_guard lock(mutex_);
    ++pack.info.discovery_cache_hits;
    return pack.info.active;
  }
  bool yes = true;
  for (const std::string& sql : pack.discovery) {
    const Outcome outcome = work.query(sql, discovery_budget);
    if (outcome.cancelled) return false;
    if (outcome.error) parts_.log.warning("Discovery of pack " + pack.info.name + " failed: " + outcome.error->message + " in " + sql);
    yes = outcome.rows.size() > 0;
    if (!yes) break;
  }
  pack.decided = now;
  const std::lock_guard lock(mutex_);
  ++pack.info.discovery_executions;
  return pack.info.active = yes;
}

// What the run means for the next ones; returns what went wrong, if anything did.
std::string Scheduler::judge(Entry& entry, const Outcome& outcome, int64_t now) {
  const std::string& name = entry.query.name;
  if (outcome.error) {
    std::string text = "Error executing scheduled query " + name + ": " + outcome.error->message;
    trouble(entry, text, Severity::error);
    return text;
  }
  if (outcome.stopped.empty()) {
    parts_.denylist.fine(name);
    if (!outcome.warnings.empty()) trouble(entry, "Scheduled query " + name + ": " + parse::join(outcome.warnings, "; "), Severity::warning);
    return {};
  }
  std::string text = "Scheduled query " + name + " was ended early: " + outcome.stopped;
  sql::DenialInfo used;
  used.wall_ms = outcome.used.wall / 1000;
  used.cpu_ms = (outcome.used.user + outcome.used.system) / 1000;
  used.memory = outcome.used.memory;
  if (!outcome.cancelled && entry.query.denylist && parts_.denylist.over_budget(name, outcome.stopped, used, now))
    text += "; not for the first time in a row, so it is denied for a while";
  trouble(entry, text, Severity::warning);
  return text;
}

// The same trouble again and again is one line.
void Scheduler::trouble(Entry& entry, const std::string& text, Severity severity) {
  {
    const std::lock_guard lock(mutex_);
    if (entry.last_trouble == text) return;
    entry.last_trouble = text;
  }
  if (severity == Severity::error)
    parts_.log.error(text);
  else
    parts_.log.warning(text);
}

// Lines and state are written together, or not at all; returns why not.
std::string Scheduler::report(const Entry& entry, const Settings& settings, int64_t now, const Outcome& outcome,
                              const results::Decorations& decorations) {
  const config::Query& query = entry.query;
  results::Meta meta{query.name, parts_.clock.unix_time(), settings.epoch, 0, decorations, outcome.stopped, query.alert};
  std::vector<log::Record> records;
  const auto sink = [&, kind = kind_of(query)](std::string line) { records.push_back({kind, 0, std::move(line)}); };
  store::Batch batch;
  if (query.snapshot) {
    results::write_snapshot(settings.format, parts_.speaker(), meta, outcome.rows, sink);
  } else {
    // What a part of a result lacks may still be there.
    const auto mode = outcome.stopped.empty() ? results::Differ::Mode::whole : results::Differ::Mode::partial;
    const auto difference = differ_.compare(query.name, query.sql, outcome.rows, settings.epoch, mode, batch);
    if (!difference) return difference.error().message;
    if (difference->initial) parts_.log.info("Storing initial results for new scheduled query: " + query.name);
    if (difference->new_text) parts_.log.info("Scheduled query has been updated: " + query.name);
    meta.epoch = difference->epoch;
    meta.counter = difference->counter;
    if (difference->changed)
      results::write_difference(settings.format, parts_.speaker(), meta, outcome.rows, difference->added,
                                query.removed ? difference->removed : results::RowSet(), sink);
  }
  if (records.empty() && batch.empty()) return {};

  batch.put(Domain::configurations, timestamp_key(query.name), std::to_string(now));
  {
    const std::lock_guard lock(mutex_);
    batch.put(Domain::query_performance, query.name, pack_ledger(entry.ledger));
  }
  const auto written = parts_.spool.commit(std::move(batch), std::move(records));
  return written ? std::string() : written.error().message;
}

void Scheduler::save() {
  store::Batch batch;
  {
    const std::lock_guard lock(mutex_);
    last_save_ = parts_.clock.unix_time();
    for (const auto& [name, entry] : entries_) {
      if (!std::exchange(entry->dirty, false)) continue;
      batch.put(Domain::configurations, timestamp_key(name), std::to_string(entry->ledger.last_executed));
      batch.put(Domain::query_performance, name, pack_ledger(entry->ledger));
    }
  }
  if (batch.empty()) return;
  if (const auto written = parts_.store.write(batch); !written) parts_.log.error("Cannot store when queries ran: " + written.error().message);
}

std::vector<sql::ScheduleInfo> Scheduler::schedule() const {
  const int64_t now = parts_.clock.unix_time();
  const std::lock_guard lock(mutex_);
  std::vector<sql::ScheduleInfo> schedule;
  for (const auto& [name, entry] : entries_) {
    sql::ScheduleInfo info = entry->ledger;
    info.next_execution = entry->due;
    info.denylisted = entry->query.denylist && parts_.denylist.denied(name, now);
    schedule.push_back(std::move(info));
  }
  return schedule;
}

std::vector<sql::PackInfo> Scheduler::packs() const {
  const std::lock_guard lock(mutex_);
  // Each source of the configuration may have a `schedule`, which is part of the pack main.
  std::map<std::string, sql::PackInfo> by_name;
  for (const auto& pack : packs_) by_name.emplace(pack->info.name, pack->info);
  std::vector<sql::PackInfo> packs;
  for (auto& [name, info] : by_name) packs.push_back(std::move(info));
  return packs;
}

bool Scheduler::allow(const std::string& name) { return parts_.denylist.allow(name); }

}  // namespace vigil::schedule
