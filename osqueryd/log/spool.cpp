// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/spool.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "osqueryd/log/status.h"

namespace vigil::log {
namespace {

using store::Domain;

// How often the stream tells of dropped records at most.
constexpr int64_t report_interval = 60 * Clock::second;
// A full spool makes room for this part of itself at once, not for one record after the other.
constexpr uint64_t part = 64;
// How many times over a batch may grow by lines that are equal to its last one.
constexpr size_t stretch = 4;

size_t index(Kind kind) { return static_cast<size_t>(kind); }

std::string dropped_text(Kind kind, const Lane& lane) {
  return "spool: " + std::to_string(lane.dropped - lane.reported) + " " + std::string(kind_name(kind)) + " records (" +
         std::to_string(lane.dropped_bytes - lane.reported_bytes) + " bytes) were dropped for lack of space, the last of them number " +
         std::to_string(lane.first - 1);
}

uint64_t lowest(const std::map<std::string, uint64_t, std::less<>>& acknowledged) {
  uint64_t lowest = UINT64_MAX;
  for (const auto& [logger, sequence] : acknowledged) lowest = std::min(lowest, sequence);
  return lowest;
}

}  // namespace

// What one write does to the spool; nothing of it counts before it is written.
class Spool::Change {
 public:
  Change(const Spool& spool, store::Batch batch) : spool_(spool), lanes_(spool.lanes_), batch_(std::move(batch)), reported_at_(spool.reported_at_) {}

  void add(Kind kind, std::string text) {
    if (!spool_.is_wanted(kind)) return;
    Lane& lane = lanes_[index(kind)];
    const RecordKey key{lane.next++, lane.end};
    lane.end += text.size();
    added_[index(kind)].push_back(key);
    batch_.put(Domain::logs, record_key(kind, key), std::move(text));
    touch(kind);
  }

  void warn(std::string message) {
    LogLine line{Severity::warning, "spool.cpp", __LINE__, std::move(message)};
    add(Kind::status, pack_status({std::move(line), spool_.clock_.wall(), static_cast<uint32_t>(::gettid())}));
  }

  // Drops the oldest of the least kind until the rest is within the quota.
  Result<void> make_room() {
    uint64_t bytes = 0, lines = 0;
    for (const Lane& lane : lanes_) bytes += lane.bytes(), lines += lane.records();
    const auto [quota, limit] = std::pair(spool_.settings_.quota, spool_.settings_.lines);
    const bool many = limit != 0 && lines > limit;
    if (bytes <= quota && !many) return {};
    uint64_t surplus = bytes > quota ? bytes - (quota - quota / part) : 0;
    uint64_t surplus_lines = many ? lines - (limit - limit / part) : 0;
    for (size_t i = kinds; i-- > 0 && (surplus > 0 || surplus_lines > 0);) {
      const Lane before = lanes_[i];
      auto stays = first_to_stay(static_cast<Kind>(i), surplus, surplus_lines);
      if (!stays) return std::move(stays.error());
      forget(static_cast<Kind>(i), *stays);
      Lane& lane = lanes_[i];
      const uint64_t gone = lane.first - before.first, gone_bytes = lane.start - before.start;
      lane.dropped += gone;
      lane.dropped_bytes += gone_bytes;
      surplus -= std::min(surplus, gone_bytes);
      surplus_lines -= std::min(surplus_lines, gone);
    }
    return {};
  }

  // Tells of dropped records in the stream, when it is time to.
  void report() {
    const bool due = std::any_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane.dropped > lane.reported; });
    const int64_t now = spool_.clock_.steady();
    if (!due || !spool_.is_wanted(Kind::status) || (reported_at_ && now - *reported_at_ < report_interval)) return;
    reported_at_ = now;
    for (size_t i = 0; i < kinds; ++i) {
      Lane& lane = lanes_[i];
      if (lane.dropped == lane.reported) continue;
      warn(dropped_text(static_cast<Kind>(i), lane));
      lane.reported = lane.dropped;
      lane.reported_bytes = lane.dropped_bytes;
      touch(static_cast<Kind>(i));
    }
  }

  // Records before `stays` are no longer needed.
  void forget(Kind kind, RecordKey stays) {
    Lane& lane = lanes_[index(kind)];
    if (stays.sequence <= lane.first) return;
    batch_.erase_range(Domain::logs, record_start(kind, lane.first), record_start(kind, stays.sequence));
    lane.first = stays.sequence;
    lane.start = stays.before;
    touch(kind);
  }

  // The first record from `sequence` on that is kept; else what comes next.
  Result<RecordKey> find(Kind kind, uint64_t sequence, uint64_t before = 0) const {
    const Lane& stored = spool_.lanes_[index(kind)];
    if (sequence < stored.next) {
      const auto cursor = spool_.store_.scan(Domain::logs, record_prefix(kind), record_start(kind, std::max(sequence, stored.first)));
      while (cursor->next())
        if (const auto key = parse_record_key(cursor->key()); key && key->before >= before) return *key;
      if (cursor->error()) return *cursor->error();
    }
    for (const RecordKey& key : added_[index(kind)])
      if (key.sequence >= sequence && key.before >= before) return key;
    const Lane& lane = lanes_[index(kind)];
    return RecordKey{lane.next, lane.end};
  }

  store::Batch& batch() { return batch_; }

 private:
  friend class Spool;

  Result<RecordKey> first_to_stay(Kind kind, uint64_t bytes, uint64_t lines) const {
    const Lane& lane = lanes_[index(kind)];
    if (lane.records() <= lines || (bytes > 0 && lane.bytes() <= bytes)) return RecordKey{lane.next, lane.end};
    return find(kind, lane.first + lines, lane.start + bytes);
  }

  void touch(Kind kind) { touched_ |= bit(kind); }

  const Spool& spool_;
  std::array<Lane, kinds> lanes_;
  store::Batch batch_;
  std::optional<int64_t> reported_at_;
  std::array<std::vector<RecordKey>, kinds> added_;
  unsigned touched_ = 0;
};

Spool::Spool(store::Store& store, Settings settings, const Clock& clock) : store_(store), settings_(std::move(settings)), clock_(clock) {}

Result<std::unique_ptr<Spool>> Spool::open(store::Store& store, Settings settings, const Clock& clock) {
  std::unique_ptr<Spool> spool(new Spool(store, std::move(settings), clock));
  if (auto done = spool->recover(); !done) return std::move(done.error()).within("open the spool");
  return spool;
}

Result<void> Spool::recover() {
  store::Batch batch;
  for (size_t i = 0; i < kinds; ++i)
    if (auto done = recover_lane(static_cast<Kind>(i), batch); !done) return done;
  auto foreign = forget_foreign();
  if (!foreign) return std::move(foreign.error());

  Change change(*this, std::move(batch));
  for (size_t i = 0; i < kinds; ++i)
    if (auto done = forget_acknowledged(change, static_cast<Kind>(i)); !done) return done;
  if (*foreign > 0) change.warn("spool: " + std::to_string(*foreign) + " lines that another program had buffered were dropped");
  change.report();
  return write(change);
}

// The lane as it was written; after damage to the store, as the records and
// acknowledgements tell it.
Result<void> Spool::recover_lane(Kind kind, store::Batch& batch) {
  Lane& lane = lanes_[index(kind)];
  auto packed = store_.get(Domain::logs, lane_key(kind));
  if (!packed) return std::move(packed.error());
  if (*packed) lane = unpack_lane(**packed).value_or(Lane());

  const auto newer = store_.scan(Domain::logs, record_prefix(kind), record_start(kind, lane.next));
  while (newer->next()) {
    const auto key = parse_record_key(newer->key());
    if (!key) continue;
    lane.next = key->sequence + 1;
    lane.end = key->before + newer->value().size();
  }
  if (newer->error()) return *newer->error();
  if (auto done = recover_acknowledged(kind, batch); !done) return done;

  const auto oldest = store_.scan(Domain::logs, record_prefix(kind));
  std::optional<RecordKey> first;
  while (!first && oldest->next()) first = parse_record_key(oldest->key());
  if (oldest->error()) return *oldest->error();
  lane.first = first ? first->sequence : lane.next;
  lane.start = first ? std::min(first->before, lane.end) : lane.end;
  return {};
}

Result<void> Spool::recover_acknowledged(Kind kind, store::Batch& batch) {
  Lane& lane = lanes_[index(kind)];
  const std::string prefix = acknowledged_prefix(kind);
  Acknowledged known;
  const auto cursor = store_.scan(Domain::logs, prefix);
  while (cursor->next()) {
    const uint64_t sequence = unpack_sequence(cursor->value()).value_or(0);
    known[std::string(cursor->key().substr(prefix.size()))] = sequence;
    lane.next = std::max(lane.next, sequence + 1);
  }
  if (cursor->error()) return *cursor->error();

  Acknowledged& current = acknowledged_[index(kind)];
  for (const Consumer& consumer : settings_.loggers) {
    if (!(consumer.wanted & bit(kind))) continue;
    const auto found = known.find(consumer.name);
    current[consumer.name] = found == known.end() ? lane.next - 1 : found->second;
    if (found == known.end()) batch.put(Domain::logs, prefix + consumer.name, pack_sequence(lane.next - 1));
  }
  for (const auto& [name, sequence] : known)
    if (!current.contains(name)) batch.erase(Domain::logs, prefix + name);
  return {};
}

Result<uint64_t> Spool::forget_foreign() {
  constexpr size_t at_once = 1000;
  uint64_t count = 0;
  const auto cursor = store_.scan(Domain::logs, {}, foreign_keys());
  store::Batch batch;
  while (cursor->next()) {
    batch.erase(Domain::logs, std::string(cursor->key()));
    if (++count % at_once != 0) continue;
    if (auto done = store_.write(batch); !done) return std::move(done.error());
    batch = {};
  }
  if (cursor->error()) return *cursor->error();
  if (!batch.empty())
    if (auto done = store_.write(batch); !done) return std::move(done.error());
  return count;
}

// With the mutex held, or before any other thread knows the spool.
Result<void> Spool::write(Change& change) {
  for (size_t i = 0; i < kinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    if (change.touched_ & bit(kind)) change.batch_.put(Domain::logs, lane_key(kind), pack_lane(change.lanes_[i]));
  }
  if (change.batch_.empty()) return {};
  if (auto done = store_.write(change.batch_); !done) return done;
  lanes_ = change.lanes_;
  reported_at_ = change.reported_at_;
  ++generation_;
  changed_.notify_all();
  return {};
}

Result<void> Spool::commit(store::Batch batch, std::vector<Record> records) {
  const std::lock_guard lock(mutex_);
  Change change(*this, std::move(batch));
  for (Record& record : records) change.add(record.kind, std::move(record.text));
  if (auto done = change.make_room(); !done) return done;
  change.report();
  return write(change);
}

// What every logger has, or nobody wants.
Result<void> Spool::forget_acknowledged(Change& change, Kind kind) const {
  const Lane& lane = lanes_[index(kind)];
  const uint64_t from = is_wanted(kind) ? lowest(acknowledged_[index(kind)]) + 1 : lane.next;
  if (from <= lane.first) return {};
  auto stays = change.find(kind, from);
  if (!stays) return std::move(stays.error());
  change.forget(kind, *stays);
  return {};
}

Result<std::vector<Record>> Spool::next(const std::string& logger, unsigned wanted, size_t records, size_t bytes) const {
  std::optional<Kind> kind;
  uint64_t from = 0;
  {
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < kinds && !kind; ++i) {
      const auto found = acknowledged_[i].find(logger);
      if (!(wanted >> i & 1) || found == acknowledged_[i].end()) continue;
      from = std::max(found->second + 1, lanes_[i].first);
      if (from < lanes_[i].next) kind = static_cast<Kind>(i);
    }
  }
  std::vector<Record> out;
  if (!kind) return out;
  size_t taken = 0;
  const auto cursor = store_.scan(Domain::logs, record_prefix(*kind), record_start(*kind, from));
  while (cursor->next()) {
    const auto key = parse_record_key(cursor->key());
    if (!key) continue;
    const std::string_view text = cursor->value();
    const bool full = out.size() >= records || taken + text.size() > bytes;
    const bool overfull = out.size() >= stretch * records || taken + text.size() > stretch * bytes;
    if (!out.empty() && full && (overfull || text != out.back().text)) break;
    taken += text.size();
    out.push_back({*kind, key->sequence, std::string(text)});
  }
  if (cursor->error()) return *cursor->error();
  return out;
}

Result<void> Spool::acknowledge(const std::string& logger, Kind kind, uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  Acknowledged& acknowledged = acknowledged_[index(kind)];
  const auto found = acknowledged.find(logger);
  const uint64_t last = std::min(sequence, lanes_[index(kind)].next - 1);
  if (found == acknowledged.end() || last <= found->second) return {};
  const uint64_t before = std::exchange(found->second, last);

  Change change(*this, {});
  change.batch().put(Domain::logs, acknowledged_prefix(kind) + logger, pack_sequence(last));
  change.report();
  auto done = forget_acknowledged(change, kind);
  if (done) done = write(change);
  if (!done) found->second = before;
  return done;
}

void Spool::wait(uint64_t& seen, int64_t microseconds) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::microseconds(microseconds), [&] { return generation_ != seen; });
  seen = generation_;
}

void Spool::wake() {
  const std::lock_guard lock(mutex_);
  ++generation_;
  changed_.notify_all();
}

std::array<Spool::Depth, kinds> Spool::depth() const {
  const std::lock_guard lock(mutex_);
  std::array<Depth, kinds> depth;
  for (size_t i = 0; i < kinds; ++i) depth[i] = {lanes_[i].records(), lanes_[i].bytes(), lanes_[i].dropped};
  return depth;
}

}  // namespace vigil::log
