// SPDX-License-Identifier: Apache-2.0
// Runner: runs queries in two lanes, each query within its budget.
//
// A lane runs one query after the other, in the order of their arrival; one
// that takes longer than a moment no longer counts, so the next starts beside
// it on a thread of its own. Nothing is shared between two queries: each has
// its own connection. A thread of the runner watches clock and processor time
// while something runs, and sleeps otherwise.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/host/host.h"
#include "core/sql/engine.h"
#include "core/sql/table.h"
#include "osqueryd/results/row_set.h"
#include "osqueryd/schedule/board.h"

namespace vigil::sql {
class Connection;
struct ColumnType;
class MemoryLimit;
}  // namespace vigil::sql

namespace vigil::schedule {

enum class Lane : uint8_t { scheduled, live };
inline constexpr size_t lanes = 2;
std::string_view name(Lane lane);

// What one run of a query may use; 0 sets no limit.
struct Budget {
  int64_t cpu = 0, wall = 0;      // microseconds
  uint64_t rows = 0, memory = 0;  // memory in bytes
};

// Of a query that asks whether others are for this host: its first row says yes.
inline constexpr Budget discovery_budget = {10 * Clock::second, 30 * Clock::second, 1, 16 << 20};

struct Usage {
  int64_t wall = 0, user = 0, system = 0;  // microseconds
  int64_t memory = 0;                      // most bytes that SQL and its rows took
  int64_t output_size = 0;                 // as osquery counts it: names and values, 8 for a number
};

struct Outcome {
  results::RowSet rows;
  Usage used;
  std::optional<Error> error;         // the query itself is at fault
  std::string stopped;                // why it ended early; its rows are then a part of the result
  bool cancelled = false;             // by someone who asked for it, or at shutdown
  std::vector<std::string> warnings;  // for the person who wrote the query
};

// What queries can see. Made anew when the configuration changes.
struct Catalog {
  std::vector<const sql::Table*> tables;
  std::map<std::string, std::string> views;
  std::shared_ptr<const void> owned;  // what `tables` points to, where it is not constant
};

// A connection that one caller keeps between its queries, as making one costs
// more than a small query. Belongs to the caller's thread.
class KeptConnection {
 public:
  KeptConnection();
  ~KeptConnection();

 private:
  friend class Work;
  std::shared_ptr<const Catalog> catalog_;  // that the connection was made with
  std::unique_ptr<sql::Connection> connection_;
  std::vector<std::string> warnings_;  // of its views
};

class Runner;

// What a task has while it runs, on its lane's thread.
class Work {
 public:
  // Runs all statements of `sql`; their rows are one result.
  Outcome query(const std::string& sql, const Budget& budget);
  // The same, but for the times of the processor, which are not measured.
  Outcome query(const std::string& sql, const Budget& budget, KeptConnection& kept);
  // The result columns of `sql`, without running it.
  Result<std::vector<sql::ColumnType>> columns(const std::string& sql, KeptConnection& kept);
  // All that queries can see; valid as long as the task runs.
  std::span<const sql::Table* const> tables() const;
  // True when the task should end soon.
  bool stopping() const;

 private:
  friend class Runner;
  struct Active;
  Work(Runner& runner, Active& active) : runner_(runner), active_(active) {}
  Result<void> connect(KeptConnection& kept) const;
  std::string collect(sql::Connection& connection, const std::string& sql, const Budget& budget, const sql::MemoryLimit& memory, Outcome& outcome);
  Runner& runner_;
  Active& active_;
};

struct Task {
  std::string name, sql;  // as the table osquery_queries_running shows them
  Lane lane = Lane::scheduled;
  bool noted = false;  // on the board, so that a crash is known to be its doing
  std::function<void(Work&)> run;
};

// Where tasks go; a test may run them at once.
class TaskQueue {
 public:
  virtual ~TaskQueue() = default;
  virtual void submit(Task task) = 0;
};

class Runner final : public TaskQueue {
 public:
  struct Parts {
    const Clock& clock;
    const sql::Engine& engine;
    Board* board = nullptr;                   // may be null
    std::function<Result<Host>()> make_host;  // each query has its own
    size_t concurrency = 4;                   // slow queries beside the others, in each lane
  };
  // What `parts` refers to has to outlive the runner.
  explicit Runner(Parts parts);
  // Cancels what runs and waits for it.
  ~Runner() override;

  void use(std::shared_ptr<const Catalog> catalog);
  void submit(Task task) override;
  // Runs a task on the caller's thread, with the same bounds.
  void run_now(Task task);

  std::vector<sql::RunningInfo> running() const;
  // False when nothing that runs has this number.
  bool cancel(uint64_t id, const std::string& reason);
  // Takes no more tasks, drops those that wait and cancels those that run.
  void stop();
  // Waits for all tasks to end, at most so many microseconds; false when some go on.
  bool wait(int64_t microseconds);

 private:
  friend class Work;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::schedule
