// SPDX-License-Identifier: Apache-2.0
#include "core/sql/memory.h"

#include <malloc.h>
#include <sqlite3.h>

#include <cstdlib>

namespace vigil::sql {
namespace {

// The limit of this thread; SQLite's allocator has no argument to pass it in.
thread_local MemoryLimit* limit = nullptr;

int64_t size_of(void* memory) { return static_cast<int64_t>(::malloc_usable_size(memory)); }

void* allocate(int bytes) {
  if (limit && !limit->take(bytes)) return nullptr;
  void* memory = std::malloc(static_cast<size_t>(bytes));
  // Counted as what malloc gave, which is what release() will take off.
  if (limit) limit->give(bytes - (memory ? size_of(memory) : 0));
  return memory;
}

void release(void* memory) {
  if (limit && memory) limit->give(size_of(memory));
  std::free(memory);
}

void* reallocate(void* memory, int bytes) {
  const int64_t before = size_of(memory);
  if (limit && !limit->take(bytes - before)) return nullptr;
  void* moved = std::realloc(memory, static_cast<size_t>(bytes));
  if (limit) limit->give(bytes - (moved ? size_of(moved) : before));
  return moved;
}

int allocated(void* memory) { return memory ? static_cast<int>(size_of(memory)) : 0; }
int round_up(int bytes) { return (bytes + 7) & ~7; }
int start(void*) { return SQLITE_OK; }
void stop(void*) {}

}  // namespace

MemoryLimit::MemoryLimit(uint64_t bytes) : limit_(static_cast<int64_t>(bytes)) { limit = this; }
MemoryLimit::~MemoryLimit() { limit = nullptr; }

bool MemoryLimit::take(int64_t bytes) {
  const int64_t held = held_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (limit_ > 0 && bytes > 0 && held > limit_) {
    held_.fetch_sub(bytes, std::memory_order_relaxed);
    exceeded_.store(true, std::memory_order_relaxed);
    return false;
  }
  // Only the owning thread gets here.
  if (held > peak_.load(std::memory_order_relaxed)) peak_.store(held, std::memory_order_relaxed);
  return true;
}

bool Charge::take(int64_t bytes) {
  release();
  if (!limit) return true;
  if (!limit->take(bytes)) return false;
  limit_ = limit;
  bytes_ = bytes;
  return true;
}

void Charge::release() {
  if (limit_) limit_->give(bytes_);
  limit_ = nullptr;
}

void configure_sqlite() {
  // Taken before SQLite's first use only; later calls change nothing.
  static const int configured = [] {
    static const sqlite3_mem_methods methods = {allocate, release, reallocate, allocated, round_up, start, stop, nullptr};
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
  }();
  (void)configured;
}

}  // namespace vigil::sql
