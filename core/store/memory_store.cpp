// SPDX-License-Identifier: Apache-2.0
// A store in memory: one ordered map for each domain.
#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include "core/store/store.h"

namespace vigil::store {
namespace {

using Map = std::map<std::string, std::string, std::less<>>;

// Its own copy of the keys, so that it shows one moment.
class MemoryCursor final : public Cursor {
 public:
  using Entries = std::vector<std::pair<std::string, std::string>>;

  explicit MemoryCursor(Entries entries) : entries_(std::move(entries)) {}

  bool next() override {
    at_ = started_ ? std::min(at_ + 1, entries_.size()) : 0;
    started_ = true;
    return at_ < entries_.size();
  }
  std::string_view key() const override { return entries_[at_].first; }
  std::string_view value() const override { return entries_[at_].second; }
  const std::optional<Error>& error() const override { return error_; }

 private:
  const Entries entries_;
  size_t at_ = 0;
  bool started_ = false;
  const std::optional<Error> error_;
};

void apply(Map& map, const Batch::Change& change) {
  switch (change.kind) {
    case Batch::Change::Kind::put: map[change.key] = change.value; break;
    case Batch::Change::Kind::erase: map.erase(change.key); break;
    case Batch::Change::Kind::erase_range:
      if (change.key < change.value) map.erase(map.lower_bound(change.key), map.lower_bound(change.value));
  }
}

class MemoryStore final : public Store {
 public:
  Result<std::optional<std::string>> get(Domain domain, std::string_view key) const override {
    const std::lock_guard lock(mutex_);
    const Map& map = maps_[static_cast<size_t>(domain)];
    const auto found = map.find(key);
    return found == map.end() ? std::optional<std::string>() : found->second;
  }

  Result<void> write(const Batch& batch) override {
    const std::lock_guard lock(mutex_);
    for (const auto& change : batch.changes()) apply(maps_[static_cast<size_t>(change.domain)], change);
    return {};
  }

  std::unique_ptr<Cursor> scan(Domain domain, std::string_view prefix, std::string_view from) const override {
    const std::lock_guard lock(mutex_);
    const Map& map = maps_[static_cast<size_t>(domain)];
    MemoryCursor::Entries entries;
    for (auto at = map.lower_bound(std::max(prefix, from)); at != map.end() && at->first.starts_with(prefix); ++at) entries.emplace_back(*at);
    return std::make_unique<MemoryCursor>(std::move(entries));
  }

  uint64_t bytes() const override {
    const std::lock_guard lock(mutex_);
    uint64_t sum = 0;
    for (const Map& map : maps_)
      for (const auto& [key, value] : map) sum += key.size() + value.size();
    return sum;
  }

 private:
  mutable std::mutex mutex_;
  std::array<Map, domains> maps_;
};

}  // namespace

std::unique_ptr<Store> memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace vigil::store
