// SPDX-License-Identifier: Apache-2.0
// Store: what the daemon remembers over restarts. Keys and values are bytes, in
// domains that know nothing of each other; keys are in byte order.
//
// All of it may be called from any thread. A write is atomic and survives the
// death of the process; what the kernel had not yet written is lost with power.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vigil::store {

// Named as osquery names its column families.
enum class Domain : uint8_t { configurations, queries, events, logs, carves, distributed, distributed_running, query_performance };
inline constexpr size_t domains = 8;
std::string_view name(Domain domain);

// Changes that take effect together or not at all, in order.
class Batch {
 public:
  struct Change {
    enum class Kind : uint8_t { put, erase, erase_range } kind;
    Domain domain;
    std::string key;
    std::string value;  // of erase_range: the first key that stays
  };

  void put(Domain domain, std::string key, std::string value) { changes_.push_back({Change::Kind::put, domain, std::move(key), std::move(value)}); }
  void erase(Domain domain, std::string key) { changes_.push_back({Change::Kind::erase, domain, std::move(key), {}}); }
  // All keys from `from` on, up to and without `to`.
  void erase_range(Domain domain, std::string from, std::string to) {
    changes_.push_back({Change::Kind::erase_range, domain, std::move(from), std::move(to)});
  }
  const std::vector<Change>& changes() const { return changes_; }
  bool empty() const { return changes_.empty(); }

 private:
  std::vector<Change> changes_;
};

// Keys in ascending order, as they were when the cursor was made.
class Cursor {
 public:
  virtual ~Cursor() = default;
  // False at the end and on error; starts before the first key.
  virtual bool next() = 0;
  // Valid until next().
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
  virtual const std::optional<Error>& error() const = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  virtual Result<std::optional<std::string>> get(Domain domain, std::string_view key) const = 0;
  virtual Result<void> write(const Batch& batch) = 0;
  // Keys that start with `prefix`, from `from` on when that is greater.
  virtual std::unique_ptr<Cursor> scan(Domain domain, std::string_view prefix, std::string_view from = {}) const = 0;
  // Bytes on disk (or in memory, for a store that lives there), about.
  virtual uint64_t bytes() const = 0;
};

// A store that is gone with the process.
std::unique_ptr<Store> memory_store();

struct Opened {
  std::unique_ptr<Store> store;
  // What was found damaged and mended or given up; for the log.
  std::vector<std::string> notes;
};

struct Settings {
  std::string path;  // a directory; made with mode 0700 when absent
  uint64_t write_buffer = 1 << 20;
  int write_buffers = 16, merge_buffers = 4, background_flushes = 4;
};

// The store on disk, by the module "rocksdb". Tries 25 times to get it from
// another process that holds it; `wait` is called between two tries, takes the
// time of waiting (200 ms), and ends the tries by returning false. A damaged store is salvaged key by key into a
// new one; what cannot be read stays beside it as <path>.backup.
Result<Opened> open_store(const Settings& settings, const std::function<bool()>& wait);

}  // namespace vigil::store
