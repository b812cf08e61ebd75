// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/runner.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <ctime>
#include <deque>
#include <list>
#include <mutex>
#include <thread>

#include "core/sql/connection.h"
#include "core/sql/memory.h"
#include "osqueryd/config/auto_table.h"

namespace vigil::schedule {
namespace {

// A task that runs for longer no longer holds up its lane.
constexpr int64_t moment = 30'000;
// What is slow gives way, by so much niceness, to what is due meanwhile.
constexpr int slow_step = 5;
// How often budgets are looked at while something runs.
constexpr int64_t pulse = 10'000;

int64_t microseconds(const timeval& t) { return int64_t{t.tv_sec} * Clock::second + t.tv_usec; }

int64_t processor_time(clockid_t thread) {
  timespec t{};
  ::clock_gettime(thread, &t);
  return int64_t{t.tv_sec} * Clock::second + t.tv_nsec / 1000;
}

clockid_t own_clock() {
  clockid_t clock{};
  ::pthread_getcpuclockid(::pthread_self(), &clock);
  return clock;
}

// Only root may raise it again; for others a thread that was slow once stays behind.
void set_priority(pid_t thread, int nice) { (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(thread), nice); }

std::string seconds(int64_t us) {
  std::string text = std::to_string(us / Clock::second);
  if (us % Clock::second) text += "." + std::to_string(us % Clock::second / 100'000);
  return text + " s";
}

}  // namespace

std::string_view name(Lane lane) { return lane == Lane::scheduled ? "scheduled" : "live"; }

// A task that runs. What has no atomic type is guarded by the runner's mutex.
struct Work::Active {
  uint64_t id = 0;
  Task task;
  clockid_t clock{};
  pid_t thread = 0;
  int64_t task_started = 0;  // steady
  bool slow = false;         // no longer holds up its lane
  std::optional<size_t> place;

  // Of the query that the task runs now.
  sql::Connection* connection = nullptr;
  Budget budget;
  int64_t started = 0, started_wall = 0;
  std::optional<int64_t> cpu_started;  // from the first look at it: most queries end before
  std::string stopped;
  bool cancelled = false;
  sql::MemoryLimit* memory = nullptr;
  std::atomic<uint64_t> rows = 0, row_bytes = 0;
  std::shared_ptr<const Catalog> catalog;
};

struct Runner::State {
  explicit State(Parts parts) : parts(std::move(parts)) {}

  struct LaneState {
    std::deque<Task> waiting;
    std::list<std::thread> threads;
    size_t idle = 0;   // threads that wait for a task
    size_t quick = 0;  // tasks that run and hold up the lane
    size_t slow = 0;
  };

  bool may_start(const LaneState& lane) const { return !lane.waiting.empty() && lane.quick == 0; }
  // Sees to it that a thread takes the next task. With the mutex held.
  void call_thread(Lane lane);
  void run_lane(Lane lane);
  void execute(std::unique_lock<std::mutex>& lock, Task task, LaneState* lane);
  void supervise();
  // With the mutex held.
  void look_at(Work::Active& active, int64_t now);
  static void end(Work::Active& active, std::string reason, bool cancelled);

  const Parts parts;
  const int priority = ::getpriority(PRIO_PROCESS, 0);  // niceness of the program
  Runner* runner = nullptr;
  mutable std::mutex mutex;
  std::condition_variable task_ready, something_runs, something_ended;
  std::array<LaneState, lanes> lane_states;
  std::list<Work::Active> active;
  std::shared_ptr<const Catalog> catalog = std::make_shared<Catalog>();
  uint64_t last_id = 0;
  bool stopping = false, supervisor_rests = false;
  std::thread supervisor;
};

void Runner::State::call_thread(Lane lane) {
  LaneState& state = lane_states[static_cast<size_t>(lane)];
  if (!may_start(state)) return;
  if (state.idle > 0) {
    task_ready.notify_all();
  } else if (state.threads.size() < parts.concurrency + 1) {
    state.threads.emplace_back([this, lane] { run_lane(lane); });
  }
}

void Runner::State::run_lane(Lane lane) {
  LaneState& state = lane_states[static_cast<size_t>(lane)];
  std::unique_lock lock(mutex);
  while (true) {
    ++state.idle;
    task_ready.wait(lock, [&] { return stopping || may_start(state); });
    --state.idle;
    if (stopping) return;
    Task task = std::move(state.waiting.front());
    state.waiting.pop_front();
    execute(lock, std::move(task), &state);
    call_thread(lane);
  }
}

void Runner::State::execute(std::unique_lock<std::mutex>& lock, Task task, LaneState* lane) {
  const auto at = active.emplace(active.end());
  Work::Active& entry = *at;
  entry.id = ++last_id;
  entry.task = std::move(task);
  entry.clock = own_clock();
  entry.thread = ::gettid();
  entry.task_started = parts.clock.steady();
  entry.started_wall = parts.clock.unix_time();
  entry.slow = lane == nullptr;
  entry.catalog = catalog;
  if (lane) ++lane->quick;
  if (entry.task.noted && parts.board) entry.place = parts.board->put(entry.task.name, parts.clock.wall(), entry.task.lane == Lane::live);
  // One that watches already looks again soon enough, and waking it costs more than a small query.
  if (supervisor_rests) something_runs.notify_all();

  lock.unlock();
  Work work(*runner, entry);
  entry.task.run(work);
  // What the task captured may be large, and is not the lane's to keep.
  entry.task.run = nullptr;
  lock.lock();

  if (entry.place) parts.board->remove(*entry.place);
  if (lane) --(entry.slow ? lane->slow : lane->quick);
  if (lane && entry.slow) set_priority(entry.thread, priority);
  active.erase(at);
  something_ended.notify_all();
}

void Runner::State::end(Work::Active& active, std::string reason, bool cancelled) {
  if (!active.connection || !active.stopped.empty()) return;
  active.stopped = std::move(reason);
  active.cancelled = cancelled;
  active.connection->cancel();
}

void Runner::State::look_at(Work::Active& entry, int64_t now) {
  if (!entry.slow && now - entry.task_started > moment) {
    LaneState& lane = lane_states[static_cast<size_t>(entry.task.lane)];
    if (lane.slow < parts.concurrency) {
      entry.slow = true;
      set_priority(entry.thread, priority + slow_step);
      --lane.quick;
      ++lane.slow;
      call_thread(entry.task.lane);
    }
  }
  if (!entry.connection) return;
  const int64_t wall = now - entry.started;
  const int64_t cpu_now = processor_time(entry.clock);
  if (!entry.cpu_started) entry.cpu_started = cpu_now;
  const int64_t cpu = cpu_now - *entry.cpu_started;
  if (entry.place) parts.board->update(*entry.place, wall, cpu, entry.memory->held() + static_cast<int64_t>(entry.row_bytes));
  if (entry.budget.wall > 0 && wall > entry.budget.wall)
    end(entry, "it ran for more than " + seconds(entry.budget.wall), false);
  else if (entry.budget.cpu > 0 && cpu > entry.budget.cpu)
    end(entry, "it used more than " + seconds(entry.budget.cpu) + " of processor time", false);
}

void Runner::State::supervise() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    if (active.empty()) {
      supervisor_rests = true;
      something_runs.wait(lock, [&] { return stopping || !active.empty(); });
      supervisor_rests = false;
      continue;
    }
    something_runs.wait_for(lock, std::chrono::microseconds(pulse), [&] { return stopping; });
    const int64_t now = parts.clock.steady();
    for (Work::Active& entry : active) look_at(entry, now);
  }
}

bool Work::stopping() const {
  const std::lock_guard lock(runner_.state_->mutex);
  return runner_.state_->stopping;
}

KeptConnection::KeptConnection() = default;
KeptConnection::~KeptConnection() = default;

Result<void> Work::connect(KeptConnection& kept) const {
  if (kept.connection_ && kept.catalog_ == active_.catalog) {
    kept.connection_->resume();
    return {};
  }
  kept.connection_.reset();
  auto host = runner_.state_->parts.make_host();
  if (!host) return host.error();
  kept.catalog_ = active_.catalog;
  kept.connection_ = std::make_unique<sql::Connection>(kept.catalog_->tables, std::move(*host), runner_.state_->parts.engine);
  kept.warnings_ = config::add_views(*kept.connection_, kept.catalog_->views);
  return {};
}

Outcome Work::query(const std::string& sql, const Budget& budget) {
  KeptConnection own;
  rusage before{}, after{};
  ::getrusage(RUSAGE_THREAD, &before);
  Outcome outcome = query(sql, budget, own);
  ::getrusage(RUSAGE_THREAD, &after);
  outcome.used.user = microseconds(after.ru_utime) - microseconds(before.ru_utime);
  outcome.used.system = microseconds(after.ru_stime) - microseconds(before.ru_stime);
  return outcome;
}

Outcome Work::query(const std::string& sql, const Budget& budget, KeptConnection& kept) {
  Runner::State& state = *runner_.state_;
  Outcome outcome;
  const int64_t started = state.parts.clock.steady();
  {
    sql::MemoryLimit memory(budget.memory);
    if (auto connected = connect(kept); !connected) {
      outcome.error = std::move(connected.error());
      return outcome;
    }
    sql::Connection& connection = *kept.connection_;
    outcome.warnings = kept.warnings_;

    const auto begin = [&] {
      const std::lock_guard lock(state.mutex);
      active_.connection = &connection;
      active_.budget = budget;
      active_.started = started;
      active_.cpu_started.reset();
      active_.stopped.clear();
      active_.cancelled = false;
      active_.memory = &memory;
      active_.rows = active_.row_bytes = 0;
      if (state.stopping) Runner::State::end(active_, "the program is stopping", true);
    };
    const auto finish = [&] {
      const std::lock_guard lock(state.mutex);
      active_.connection = nullptr;
      active_.memory = nullptr;
      outcome.stopped = active_.stopped;
      outcome.cancelled = active_.cancelled;
    };
    begin();
    const std::string limit = collect(connection, sql, budget, memory, outcome);
    finish();

    if (outcome.stopped.empty()) outcome.stopped = limit;
    // The error is then only that it was ended.
    if (!outcome.stopped.empty()) outcome.error.reset();
    outcome.used.memory = memory.peak() + static_cast<int64_t>(outcome.rows.bytes());
  }
  outcome.used.wall = state.parts.clock.steady() - started;
  return outcome;
}

Result<std::vector<sql::ColumnType>> Work::columns(const std::string& sql, KeptConnection& kept) {
  if (auto connected = connect(kept); !connected) return std::move(connected.error());
  return kept.connection_->types(sql);
}

std::span<const sql::Table* const> Work::tables() const { return active_.catalog->tables; }

// Fills outcome.rows, and outcome.error; returns the limit that was hit, if any.
std::string Work::collect(sql::Connection& connection, const std::string& sql, const Budget& budget, const sql::MemoryLimit& memory,
                          Outcome& outcome) {
  const auto too_much = [&] { return "it took more than " + std::to_string(budget.memory >> 20) + " MB of memory"; };
  const auto failed = [&](const Error& error) {
    if (memory.exceeded()) return too_much();
    outcome.error = error;
    return std::string();
  };

  std::string_view rest = sql;
  std::vector<std::string> names;
  std::vector<sql::Value> row;
  while (!rest.empty()) {
    auto prepared = connection.prepare(rest, &rest);
    if (!prepared) return failed(prepared.error());
    if (!*prepared) continue;
    sql::Statement& statement = **prepared;

    std::vector<std::string> own;
    for (size_t i = 0; i < statement.columns(); ++i) own.emplace_back(statement.name(i));
    if (names.empty()) {
      names = std::move(own);
      outcome.rows = results::RowSet(names);
      row.resize(names.size());
    } else if (!own.empty() && own != names) {  // a statement without columns gives no rows
      outcome.error = Error{"its statements have different columns, and their rows are one result"};
      return {};
    }

    while (true) {
      const auto more = statement.step();
      if (!more) return failed(more.error());
      if (!*more) break;
      if (budget.rows && outcome.rows.size() >= budget.rows) return "it has more than " + std::to_string(budget.rows) + " rows";
      for (size_t i = 0; i < row.size(); ++i) {
        row[i] = statement.value(i);
        const bool number = row[i].kind == sql::Value::Kind::integer || row[i].kind == sql::Value::Kind::real;
        outcome.used.output_size += static_cast<int64_t>(names[i].size() + (number ? 8 : row[i].bytes.size()));
      }
      outcome.rows.add(row);
      active_.rows.store(outcome.rows.size(), std::memory_order_relaxed);
      active_.row_bytes.store(outcome.rows.bytes(), std::memory_order_relaxed);
      if (budget.memory && static_cast<uint64_t>(memory.held()) + outcome.rows.bytes() > budget.memory) return too_much();
    }
    const sql::Report& report = connection.report();
    outcome.warnings.insert(outcome.warnings.end(), report.warnings.begin(), report.warnings.end());
  }
  return {};
}

Runner::Runner(Parts parts) : state_(std::make_unique<State>(std::move(parts))) {
  state_->runner = this;
  state_->supervisor = std::thread([this] { state_->supervise(); });
}

Runner::~Runner() {
  stop();
  for (State::LaneState& lane : state_->lane_states)
    for (std::thread& thread : lane.threads) thread.join();
  state_->supervisor.join();
}

void Runner::use(std::shared_ptr<const Catalog> catalog) {
  const std::lock_guard lock(state_->mutex);
  state_->catalog = std::move(catalog);
}

void Runner::submit(Task task) {
  const std::lock_guard lock(state_->mutex);
  if (state_->stopping) return;
  const Lane lane = task.lane;
  state_->lane_states[static_cast<size_t>(lane)].waiting.push_back(std::move(task));
  state_->call_thread(lane);
}

void Runner::run_now(Task task) {
  std::unique_lock lock(state_->mutex);
  state_->execute(lock, std::move(task), nullptr);
}

std::vector<sql::RunningInfo> Runner::running() const {
  const std::lock_guard lock(state_->mutex);
  const int64_t now = state_->parts.clock.steady();
  std::vector<sql::RunningInfo> running;
  for (const Work::Active& entry : state_->active) {
    sql::RunningInfo info{entry.id, entry.task.name, entry.task.sql, std::string(name(entry.task.lane)), entry.started_wall};
    info.wall_ms = (now - entry.task_started) / 1000;
    if (entry.connection) {
      if (entry.cpu_started) info.cpu_ms = (processor_time(entry.clock) - *entry.cpu_started) / 1000;
      info.rows = static_cast<int64_t>(entry.rows);
      info.memory = entry.memory->held() + static_cast<int64_t>(entry.row_bytes);
    }
    running.push_back(std::move(info));
  }
  return running;
}

bool Runner::cancel(uint64_t id, const std::string& reason) {
  const std::lock_guard lock(state_->mutex);
  for (Work::Active& entry : state_->active) {
    if (entry.id != id) continue;
    State::end(entry, reason, true);
    return true;
  }
  return false;
}

void Runner::stop() {
  const std::lock_guard lock(state_->mutex);
  state_->stopping = true;
  for (State::LaneState& lane : state_->lane_states) lane.waiting.clear();
  for (Work::Active& entry : state_->active) State::end(entry, "the program is stopping", true);
  state_->task_ready.notify_all();
  state_->something_runs.notify_all();
}

bool Runner::wait(int64_t microseconds) {
  std::unique_lock lock(state_->mutex);
  return state_->something_ended.wait_for(lock, std::chrono::microseconds(microseconds), [&] {
    return state_->active.empty() &&
           std::all_of(state_->lane_states.begin(), state_->lane_states.end(), [](const auto& lane) { return lane.waiting.empty(); });
  });
}

}  // namespace vigil::schedule
