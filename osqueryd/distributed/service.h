// SPDX-License-Identifier: Apache-2.0
// Service: asks a plugin for distributed queries, has them run in the live lane
// and hands the plugin their answers.
//
// One thread talks to the plugin and never waits for a query. What was accepted and what was
// answered is in the store until it is done, so that the end of the process at
// any moment loses no query but those that ran. Those are refused for a while:
// one of them may be why it ended.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/store/store.h"
#include "osqueryd/distributed/outbox.h"
#include "osqueryd/distributed/plugin.h"
#include "osqueryd/distributed/request.h"
#include "osqueryd/schedule/board.h"
#include "osqueryd/schedule/denylist.h"
#include "osqueryd/schedule/runner.h"

namespace vigil::distributed {

// What the flags say.
struct Settings {
  uint64_t interval = 60;  // seconds between two looks for queries
  uint64_t denylist_duration = 86400;
  bool log_sql = false;
  schedule::Budget budget;
};

class Service {
 public:
  struct Parts {
    const Clock& clock;
    Log& log;
    store::Store& store;
    schedule::TaskQueue& tasks;
    schedule::Denylist& denylist;
    const schedule::Board* board = nullptr;                   // may be null
    std::function<Settings()> settings;                       // from any thread
    std::function<void(const schedule::Usage&)> after_query;  // may be empty
  };
  // What `parts` refers to has to outlive the service; its tasks have to have
  // ended or been dropped before it goes.
  Service(std::string name, std::unique_ptr<Plugin> plugin, Parts parts);
  // As stop(), and waits for the thread.
  ~Service();

  // Starts the thread.
  void start();
  // Has the thread and the plugin's call end. Does not wait.
  void stop();
  // Waits for the thread at most so many microseconds; false when the plugin keeps it.
  bool join(int64_t microseconds);

  // What the thread does again and again; returns when next, in microseconds of
  // the clock that only grows.
  int64_t turn();

 private:
  struct Job {
    std::string id, sql;  // of a discovery query there is no id
    std::string digest;   // of the SQL
  };
  struct Discovery;
  // One of the plugin's two calls: how it goes.
  struct Call {
    const char* failing;
    unsigned failures = 0;
    int64_t again = 0, logged = 0;  // steady
  };

  void loop();
  void recover();
  void recover_markers();

  void read();
  Result<void> discover(Request request);
  void judge();
  Result<void> accept(const Discovery& discovery);
  void start_waiting();
  int64_t deliver_at();
  void deliver();

  // On the runner's threads.
  void run_query(const Job& job, schedule::Work& work);
  void run_discovery(const Job& job, Discovery& discovery, schedule::Work& work);
  void mark(const Job& job);
  void unmark(const Job& job, store::Batch& batch);
  void finish(const Job& job, Answer answer, bool marked);
  void put_back(const Job& job);
  void keep(const Job& job, Answer answer, store::Batch& batch);

  int64_t interval() const;
  void failed(Call& call, const std::string& reason);
  void succeeded(Call& call);
  void write(const store::Batch& batch);
  void tell_gone(const std::vector<std::string>& ids);

  const std::string name_;
  const std::unique_ptr<Plugin> plugin_;
  const Parts parts_;

  // Of the thread alone.
  Call read_{"fails to say what is asked"}, write_{"takes no answers, they are kept"};
  int64_t accelerated_until_ = 0;  // seconds since the epoch
  bool recovered_ = false;
  std::shared_ptr<Discovery> discovery_;  // null when no request waits for it
  std::string last_warning_;

  std::atomic<bool> stop_ = false;
  // Guards what follows it.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::string> waiting_;    // accepted: SQL by id
  std::map<std::string, std::string> under_way_;  // handed to the runner: SQL by id
  std::map<std::string, unsigned> running_;       // how many run, by digest of their SQL
  Outbox outbox_;
  int64_t first_finished_ = 0;  // steady; of the answers that wait
  bool finished_ = false, ended_ = true;

  std::atomic<bool> store_fails_ = false;
  std::thread thread_;
};

}  // namespace vigil::distributed
