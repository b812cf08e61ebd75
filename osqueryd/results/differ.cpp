// SPDX-License-Identifier: Apache-2.0
// New rows are sorted by their hashes and merged with the stored ones, which
// the store has in that order. So the memory it takes, over the result itself,
// is one small record for each row.
#include "osqueryd/results/differ.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <numeric>

#include "osqueryd/results/osquery_state.h"
#include "osqueryd/results/row_hash.h"
#include "osqueryd/results/stored.h"

namespace vigil::results {
namespace {

using store::Domain;

struct Hashed {
  Hash hash;
  uint32_t row;

  auto operator<=>(const Hashed&) const = default;
};

std::vector<uint32_t> all(const RowSet& rows) {
  std::vector<uint32_t> indexes(rows.size());
  std::iota(indexes.begin(), indexes.end(), 0);
  return indexes;
}

Digest digest_of(const RowSet& rows, const RowHash& hash) {
  Digest digest;
  for (size_t i = 0; i < rows.size(); ++i) digest.add(hash(rows.packed(i)));
  return digest;
}

// What the store knows of a name.
struct Previous {
  Header header;
  std::optional<RowSet> osquery;  // rows that osquery stored
};

Result<std::optional<Previous>> read_previous(const store::Store& store, const std::string& name, store::Batch& batch) {
  const auto none = std::optional<Previous>();
  const auto bytes = store.get(Domain::queries, header_key(name));
  if (!bytes) return bytes.error();
  if (*bytes) {
    auto header = decode_header(**bytes);
    return header ? std::optional(Previous{std::move(*header), {}}) : none;
  }
  auto state = read_osquery_state(store, name);
  if (!state) return state.error();
  erase_osquery_state(name, batch);
  if (!*state) return none;
  return std::optional(Previous{{.epoch = (*state)->epoch, .counter = (*state)->counter, .sql = (*state)->sql}, std::move((*state)->rows)});
}

// All rows that are stored of `name`.
Result<RowSet> load(const store::Store& store, const std::string& name, const Header& header) {
  RowSet rows(header.columns);
  const auto cursor = store.scan(Domain::queries, rows_prefix(name));
  while (cursor->next())
    if (const auto entries = decode_entries(cursor->value()))
      for (const auto& entry : *entries)
        for (uint64_t i = 0; i < entry.count; ++i) rows.add_packed(entry.row);
  if (cursor->error()) return *cursor->error();
  return rows;
}

std::vector<Hashed> sorted(const RowSet& rows, const RowHash& hash) {
  std::vector<Hashed> hashed;
  hashed.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) hashed.push_back({hash(rows.packed(i)), static_cast<uint32_t>(i)});
  std::sort(hashed.begin(), hashed.end());
  return hashed;
}

// One comparison.
class Comparison {
 public:
  Comparison(const store::Store& store, const std::string& name, const RowSet& rows, const RowHash& hash, bool partial, store::Batch& batch)
      : store_(store), name_(name), prefix_(rows_prefix(name)), rows_(rows), hash_(hash), partial_(partial), batch_(batch) {}

  // False when nothing can be made of what is stored.
  Result<bool> against(const Previous& previous) {
    if (previous.osquery) {
      replace(*previous.osquery, as_osquery);
      return true;
    }
    if (previous.header.check != hash_({})) {
      const auto old = load(store_, name_, previous.header);
      if (!old) return old.error();
      replace(*old, [](std::string_view row) { return std::string(row); });
      return true;
    }
    stored = rows_.size();
    digest = digest_of(rows_, hash_);
    if (stored == previous.header.rows && digest.sum() == previous.header.digest) return true;
    return merge();
  }

  // Against nothing.
  void start() {
    added = all(rows_);
    removed = {};
    store_all(rows_);
  }

  std::vector<uint32_t> added;
  RowSet removed;
  uint64_t stored = 0;  // rows that the store has afterwards
  Digest digest;        // of these

 private:
  // Against rows that were stored with the same key and columns; false when
  // what is stored is not that.
  Result<bool> merge() {
    removed = RowSet(rows_.columns());
    stored = 0;
    digest = {};
    const auto rows = sorted(rows_, hash_);
    std::span<const Hashed> rest = rows;
    const auto cursor = store_.scan(Domain::queries, prefix_);
    while (cursor->next()) {
      const std::string_view key = cursor->key().substr(prefix_.size());
      const auto entries = decode_entries(cursor->value());
      if (key.size() != Hash().bytes().size() || !entries) return false;
      const Hash hash = Hash::of_bytes(key);
      while (!rest.empty() && rest.front().hash < hash) added_group(take_group(rest));
      const bool both = !rest.empty() && rest.front().hash == hash;
      group(hash, *entries, both ? take_group(rest) : std::span<const Hashed>());
    }
    if (cursor->error()) return *cursor->error();
    while (!rest.empty()) added_group(take_group(rest));
    std::sort(added.begin(), added.end());
    return true;
  }

  // Against `old`, whose rows compare with what `form` makes of the new ones.
  // Nothing that is stored stays.
  template <class Form>
  void replace(const RowSet& old, const Form& form) {
    std::map<std::string, uint64_t> left;
    const bool comparable = old.columns() == rows_.columns();
    for (size_t i = 0; i < old.size(); ++i) ++left[std::string(old.packed(i))];
    for (uint32_t i = 0; i < rows_.size(); ++i) {
      const auto found = comparable ? left.find(form(rows_.packed(i))) : left.end();
      if (found == left.end()) {
        added.push_back(i);
      } else if (--found->second == 0) {
        left.erase(found);
      }
    }
    RowSet kept = rows_;
    const bool keep = partial_ && comparable;
    removed = RowSet(old.columns());
    for (const auto& [row, count] : left)
      for (uint64_t i = 0; i < count; ++i) (keep ? kept : removed).add_packed(row);
    store_all(kept);
  }

  // Stores `rows` in place of all that is stored.
  void store_all(const RowSet& rows) {
    stored = 0;
    digest = {};
    batch_.erase_range(Domain::queries, prefix_, rows_end(name_));
    const auto hashed = sorted(rows, hash_);
    for (std::span<const Hashed> rest = hashed; !rest.empty();) {
      const auto group = take_group(rest);
      write(group.front().hash, runs(rows, group));
    }
  }

  static std::span<const Hashed> take_group(std::span<const Hashed>& rest) {
    size_t size = 1;
    while (size < rest.size() && rest[size].hash == rest.front().hash) ++size;
    const auto taken = rest.first(size);
    rest = rest.subspan(size);
    return taken;
  }

  // Rows of one hash, each distinct one with its count. They are all the same
  // but for a collision.
  static std::vector<Entry> runs(const RowSet& rows, std::span<const Hashed> group) {
    std::vector<Entry> entries;
    for (const auto& one : group) {
      const auto row = rows.packed(one.row);
      const auto same = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.row == row; });
      if (same == entries.end()) {
        entries.push_back({1, row});
      } else {
        ++same->count;
      }
    }
    return entries;
  }

  static uint64_t count_of(const std::vector<Entry>& entries, std::string_view row) {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.row == row; });
    return found == entries.end() ? 0 : found->count;
  }

  void added_group(std::span<const Hashed> fresh) { group(fresh.front().hash, {}, fresh); }

  void group(Hash hash, const std::vector<Entry>& old, std::span<const Hashed> fresh) {
    std::vector<Entry> result = runs(rows_, fresh);
    // Of equal rows the last ones are the added ones.
    std::vector<Entry> known = old;
    for (const auto& one : fresh) {
      const auto row = rows_.packed(one.row);
      const auto found = std::find_if(known.begin(), known.end(), [&](const Entry& entry) { return entry.row == row && entry.count > 0; });
      if (found == known.end()) {
        added.push_back(one.row);
      } else {
        --found->count;
      }
    }
    for (const auto& entry : known)
      for (uint64_t i = 0; i < entry.count; ++i) leave(result, entry.row);
    if (same(old, result)) {
      count(hash, result);
    } else {
      write(hash, result);
    }
  }

  // A stored row that the new result has not.
  void leave(std::vector<Entry>& result, std::string_view row) {
    if (!partial_) return removed.add_packed(row);
    const auto found = std::find_if(result.begin(), result.end(), [&](const Entry& entry) { return entry.row == row; });
    if (found == result.end()) {
      result.push_back({1, row});
    } else {
      ++found->count;
    }
  }

  static bool same(const std::vector<Entry>& old, const std::vector<Entry>& fresh) {
    return old.size() == fresh.size() &&
           std::all_of(old.begin(), old.end(), [&](const Entry& entry) { return count_of(fresh, entry.row) == entry.count; });
  }

  void count(Hash hash, const std::vector<Entry>& entries) {
    for (const auto& entry : entries) {
      stored += entry.count;
      digest.add(hash, entry.count);
    }
  }

  void write(Hash hash, const std::vector<Entry>& entries) {
    count(hash, entries);
    if (entries.empty()) {
      batch_.erase(Domain::queries, prefix_ + hash.bytes());
    } else {
      batch_.put(Domain::queries, prefix_ + hash.bytes(), encode(entries));
    }
  }

  const store::Store& store_;
  const std::string& name_;
  const std::string prefix_;
  const RowSet& rows_;
  const RowHash& hash_;
  const bool partial_;
  store::Batch& batch_;
};

}  // namespace

Differ::Differ(store::Store& store) : store_(store) {}

Result<Difference> Differ::compare(const std::string& name, const std::string& sql, const RowSet& rows, uint64_t epoch, Mode mode,
                                   store::Batch& batch) const {
  const auto key = this->key();
  if (!key) return key.error();
  const auto previous = read_previous(store_, name, batch);
  if (!previous) return previous.error();
  const bool events = mode == Mode::events;
  const RowSet none;
  const RowSet& kept = events ? none : rows;
  const RowHash hash(*key, kept.columns());
  Comparison comparison(store_, name, kept, hash, mode == Mode::partial, batch);

  bool known = *previous && (*previous)->header.epoch == epoch;
  if (known && !events) {
    const auto compared = comparison.against(**previous);
    if (!compared) return compared.error();
    known = *compared;
  }
  if (!known || (events && (*previous)->header.rows > 0)) comparison.start();

  Difference difference{.epoch = epoch, .initial = !known, .new_text = *previous && (*previous)->header.sql != sql};
  difference.added = events ? all(rows) : std::move(comparison.added);
  difference.removed = std::move(comparison.removed);
  const bool any = !difference.added.empty() || difference.removed.size() > 0;
  difference.changed = any || (difference.initial && !events);
  // The first result has the number 0, the first events have 1.
  difference.counter = (known ? (*previous)->header.counter : 0) + ((known || events) && any ? 1 : 0);

  const Header next{epoch, difference.counter, comparison.stored, comparison.digest.sum(), hash({}), kept.columns(), sql};
  if (!*previous || (*previous)->osquery || (*previous)->header != next) batch.put(Domain::queries, header_key(name), encode(next));
  return difference;
}

void Differ::forget(const std::string& name, store::Batch& batch) {
  batch.erase(Domain::queries, header_key(name));
  batch.erase_range(Domain::queries, rows_prefix(name), rows_end(name));
  erase_osquery_state(name, batch);
}

Result<std::string> Differ::key() const {
  const std::lock_guard lock(mutex_);
  if (!key_.empty()) return key_;
  const auto stored = store_.get(Domain::queries, hash_key);
  if (!stored) return stored.error();
  if (*stored && !(*stored)->empty()) return key_ = **stored;
  char bytes[32];
  if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes) return os_error("read", "random bytes", errno);
  store::Batch batch;
  batch.put(Domain::queries, std::string(hash_key), std::string(bytes, sizeof bytes));
  if (auto written = store_.write(batch); !written) return written.error();
  return key_ = std::string(bytes, sizeof bytes);
}

}  // namespace vigil::results
