// SPDX-License-Identifier: Apache-2.0
// Spool: records that have been produced and not yet delivered to every
// logger. It is part of the store, so that a result and the state it was
// computed from are written together.
//
// From any thread.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/base/result.h"
#include "core/store/store.h"
#include "osqueryd/log/lane.h"
#include "osqueryd/log/record.h"

namespace vigil::log {

class Spool {
 public:
  // Who has to acknowledge; a name, or a kind of it, that was not there before starts from now.
  struct Consumer {
    std::string name;
    unsigned wanted = all_kinds;  // a bit for each Kind; what nobody wants is not kept
  };
  struct Settings {
    std::vector<Consumer> loggers;
    uint64_t quota = uint64_t{256} << 20;  // bytes; the oldest records of the least kind go first
    uint64_t lines = 1'000'000;            // --buffered_log_max; 0: no limit
  };
  // The store and the clock have to outlive the spool.
  static Result<std::unique_ptr<Spool>> open(store::Store& store, Settings settings, const Clock& clock);

  // Writes `batch` and the records together; gives the records their sequence
  // numbers and wakes the loggers.
  Result<void> commit(store::Batch batch, std::vector<Record> records);

  // The oldest records of the most urgent kind in `wanted` (a bit for each Kind)
  // that `logger` has not acknowledged; all of one kind; at least one when there
  // is one, else at most so many - and those with the same text as the last one,
  // so that a batch never ends between equal lines.
  Result<std::vector<Record>> next(const std::string& logger, unsigned wanted, size_t records, size_t bytes) const;

  // `logger` has all records of `kind` up to and with `sequence`. What every
  // logger has is dropped.
  Result<void> acknowledge(const std::string& logger, Kind kind, uint64_t sequence);

  // Returns when there may be something new since `seen` (updated), or when `stop` says so.
  void wait(uint64_t& seen, int64_t microseconds) const;
  void wake();

  struct Depth {
    uint64_t records = 0, bytes = 0, dropped = 0;
  };
  std::array<Depth, kinds> depth() const;

 private:
  // For each logger that wants the kind, up to where it has it.
  using Acknowledged = std::map<std::string, uint64_t, std::less<>>;
  class Change;

  Spool(store::Store& store, Settings settings, const Clock& clock);
  Result<void> recover();
  Result<void> recover_lane(Kind kind, store::Batch& batch);
  Result<void> recover_acknowledged(Kind kind, store::Batch& batch);
  Result<uint64_t> forget_foreign();
  Result<void> forget_acknowledged(Change& change, Kind kind) const;
  Result<void> write(Change& change);
  bool is_wanted(Kind kind) const { return !acknowledged_[static_cast<size_t>(kind)].empty(); }

  store::Store& store_;
  const Settings settings_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::array<Lane, kinds> lanes_;
  std::array<Acknowledged, kinds> acknowledged_;
  std::optional<int64_t> reported_at_;  // by the steady clock
  uint64_t generation_ = 0;
};

}  // namespace vigil::log
