// SPDX-License-Identifier: Apache-2.0
// Scheduler: runs each query of the configuration when it is due and hands what
// changed to the spool.
//
// Due times are wall-clock times and survive a restart: a query that became due
// while nobody ran it runs once, soon. tick() is called by one thread; the rest
// may be called from any.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/sql/engine.h"
#include "core/store/store.h"
#include "osqueryd/config/config.h"
#include "osqueryd/log/spool.h"
#include "osqueryd/results/differ.h"
#include "osqueryd/results/format.h"
#include "osqueryd/schedule/cron.h"
#include "osqueryd/schedule/decorators.h"
#include "osqueryd/schedule/denylist.h"
#include "osqueryd/schedule/runner.h"

namespace vigil::schedule {

// What the flags say.
struct Settings {
  uint64_t splay_percent = 10, epoch = 0, max_drift = 60;
  uint64_t pack_refresh = 3600;  // seconds that the verdict of a discovery holds
  Budget budget;                 // of queries that name none
  bool log_names = false, decorate = true;
  results::Format format;
};

class Scheduler {
 public:
  struct Parts {
    const Clock& clock;
    Log& log;
    store::Store& store;
    log::Spool& spool;
    TaskQueue& tasks;
    Denylist& denylist;
    Decorators& decorators;
    std::function<results::Speaker()> speaker;
    std::function<void(const config::Query&, const Usage&, bool failed)> after_query;  // may be empty
  };
  // What `parts` refers to has to outlive the scheduler.
  explicit Scheduler(Parts parts);

  // Takes over the schedule of `config`. Queries that were there before keep
  // what is known of them; of those that are gone, old results are purged.
  void configure(const config::Config& config, const Settings& settings);

  // Starts what is due; returns when to call again at the latest, in
  // microseconds of the wall clock.
  int64_t tick();

  // Writes what runs without a change have left unwritten; at the end, too.
  void save();

  std::vector<sql::ScheduleInfo> schedule() const;
  std::vector<sql::PackInfo> packs() const;
  // Lifts a denial, so that the query runs again when it is due.
  bool allow(const std::string& name);

 private:
  struct Pack {
    sql::PackInfo info;
    std::vector<std::string> discovery;
    int64_t decided = 0;  // when `info.active` was found out; 0: not yet
    std::mutex deciding;
  };
  struct Entry {
    config::Query query;
    std::shared_ptr<Pack> pack;
    std::optional<Cron> cron;
    uint64_t splayed = 0;
    int64_t due = 0;  // seconds since the epoch
    bool running = false, started = false, denied = false, dirty = false;
    std::string last_trouble;  // so that each is logged once
    sql::ScheduleInfo ledger;
    Budget budget;
  };
  using Entries = std::map<std::string, std::shared_ptr<Entry>>;

  std::shared_ptr<Entry> make_entry(const config::Query& query, std::shared_ptr<Pack> pack, int64_t now);
  uint64_t splayed_interval(const config::Query& query);
  int64_t due_after(const Entry& entry, int64_t time) const;
  void start(const std::shared_ptr<Entry>& entry, int64_t now);
  void note_clock(int64_t now);
  void purge(const Entries& entries, int64_t now);

  // On a thread of the runner.
  void run(const std::shared_ptr<Entry>& entry, const Settings& settings, int64_t now, Work& work);
  bool active(Pack& pack, const Settings& settings, Work& work);
  std::string report(const Entry& entry, const Settings& settings, int64_t now, const Outcome& outcome, const results::Decorations& decorations);
  std::string judge(Entry& entry, const Outcome& outcome, int64_t now);
  void trouble(Entry& entry, const std::string& text, Severity severity);

  const Parts parts_;
  const results::Differ differ_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::vector<std::shared_ptr<Pack>> packs_;
  Settings settings_;
  int64_t last_tick_ = 0, last_save_ = 0;
};

}  // namespace vigil::schedule
