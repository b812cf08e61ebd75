// SPDX-License-Identifier: Apache-2.0
// Board: which queries are running, in a mapped file, so that the next process
// knows what ran when this one died. Writing to it costs no system call, and it
// survives whatever kills the process.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace vigil::schedule {

// Of a query that was running; times in microseconds, memory in bytes.
struct Suspect {
  std::string name;
  int64_t started = 0;  // wall clock
  int64_t wall = 0, cpu = 0, memory = 0;
  bool live = false;  // it was of the live lane
};

class Board {
 public:
  // Opens or makes the file, with mode 0600, and takes off what it shows.
  static Result<std::unique_ptr<Board>> open(const std::string& path);
  ~Board();
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  // What ran when the last process died.
  const std::vector<Suspect>& suspects() const { return suspects_; }

  // A place on the board, for as long as the query runs. No value when all are
  // taken: then the query is not noted.
  std::optional<size_t> put(const std::string& name, int64_t started, bool live = false);
  void update(size_t place, int64_t wall, int64_t cpu, int64_t memory);
  void remove(size_t place);
  // What stands on the board now stays, for the next process.
  void freeze();
  bool frozen() const;

 private:
  struct Slot;
  explicit Board(Slot* slots) : slots_(slots) {}

  Slot* slots_;
  mutable std::mutex mutex_;
  bool frozen_ = false;
  std::vector<Suspect> suspects_;
};

}  // namespace vigil::schedule
