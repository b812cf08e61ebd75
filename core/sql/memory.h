// SPDX-License-Identifier: Apache-2.0
// MemoryLimit: how much SQL may allocate on one thread. A statement that wants
// more - a sort of a large join, say - fails with SQLITE_NOMEM; other threads
// do not notice.
#pragma once

#include <atomic>
#include <cstdint>

namespace vigil::sql {

// In force on the thread that made it, for its lifetime; one at a time. What a
// connection holds from before does not count, nor that it gives it back.
class MemoryLimit {
 public:
  // `bytes` 0: only counts.
  explicit MemoryLimit(uint64_t bytes);
  ~MemoryLimit();
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

  // From any thread. Bytes that are allocated now, and the most that ever were.
  int64_t held() const { return held_.load(std::memory_order_relaxed); }
  int64_t peak() const { return peak_.load(std::memory_order_relaxed); }
  // True once an allocation was refused.
  bool exceeded() const { return exceeded_.load(std::memory_order_relaxed); }

  // For SQLite's allocator: false refuses an allocation of `bytes`.
  bool take(int64_t bytes);
  void give(int64_t bytes) { held_.fetch_sub(bytes, std::memory_order_relaxed); }

 private:
  const int64_t limit_;
  std::atomic<int64_t> held_ = 0, peak_ = 0;
  std::atomic<bool> exceeded_ = false;
};

// Memory of a query that is not SQLite's - rows that come all at once, say -
// counted in the limit of the thread. Belongs to that thread, and ends before
// the limit does.
class Charge {
 public:
  Charge() = default;
  ~Charge() { release(); }
  Charge(const Charge&) = delete;
  Charge& operator=(const Charge&) = delete;

  // Instead of what was taken before; false when the limit refuses it.
  bool take(int64_t bytes);

 private:
  void release();
  MemoryLimit* limit_ = nullptr;
  int64_t bytes_ = 0;
};

// Makes SQLite allocate through the limits; before its first use. Statistics
// of its own, which would cost a lock for each allocation, are switched off.
void configure_sqlite();

}  // namespace vigil::sql
