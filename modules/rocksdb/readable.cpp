// SPDX-License-Identifier: Apache-2.0
// An iterator stops at a damaged block and cannot tell where the next one
// starts. So it reads up to the damage, then from the end back down to it, and
// looks for sound blocks in between by halving the gap.
#include "modules/rocksdb/readable.h"

#include <algorithm>
#include <deque>
#include <optional>

namespace vigil::store {
namespace {

constexpr int max_probes = 256;

// Keys between these two, both excluded, have not been read. No `high`: up to the end.
struct Gap {
  std::string low;
  std::optional<std::string> high;
};

uint64_t number_at(std::string_view key, size_t from) {
  uint64_t number = 0;
  for (size_t i = from; i < from + sizeof number; ++i) number = number << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0);
  return number;
}

// A key about half way, or nothing when the two are too close.
std::optional<std::string> middle(const Gap& gap) {
  const std::string high = gap.high.value_or(std::string(16, '\xff'));
  const auto [from, to] = std::mismatch(gap.low.begin(), gap.low.end(), high.begin(), high.end());
  const auto common = static_cast<size_t>(from - gap.low.begin());
  const uint64_t low_number = number_at(gap.low, common), high_number = number_at(high, common);
  if (high_number < low_number + 2) return std::nullopt;
  const uint64_t number = low_number + (high_number - low_number) / 2;
  std::string key = gap.low.substr(0, common);
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(number >> shift);
  return key;
}

class Reader {
 public:
  Reader(rocksdb::Iterator& keys, const EachKey& each) : keys_(keys), each_(each) {}

  rocksdb::Status run() {
    keys_.SeekToFirst();
    Gap all;
    if (std::string last; !up(last, std::nullopt)) {
      all.low = last;
      keys_.SeekToLast();
      if (std::string first; !down(first, all.low)) {
        if (!first.empty()) all.high = first;
        search(all);
      }
    }
    return damage_;
  }

 private:
  // Reads upwards to `high`; false when damage came first, and then `last` is
  // the last key read, when any was.
  bool up(std::string& last, const std::optional<std::string>& high) {
    for (; keys_.Valid(); keys_.Next()) {
      if (high && keys_.key().compare(*high) >= 0) return true;
      each_(keys_.key(), keys_.value());
      last = keys_.key().ToString();
    }
    return sound();
  }

  bool down(std::string& first, const std::string& low) {
    for (; keys_.Valid(); keys_.Prev()) {
      if (keys_.key().compare(low) <= 0) return true;
      each_(keys_.key(), keys_.value());
      first = keys_.key().ToString();
    }
    return sound();
  }

  bool sound() {
    const auto status = keys_.status();
    if (damage_.ok()) damage_ = status;
    return status.ok();
  }

  void search(const Gap& whole) {
    std::deque<Gap> gaps = {whole};
    for (int probes = 0; !gaps.empty() && probes < max_probes; ++probes) {
      const Gap gap = std::move(gaps.front());
      gaps.pop_front();
      const auto half = middle(gap);
      if (!half) continue;
      std::string last = *half, first = *half;
      keys_.Seek(*half);
      if (!up(last, gap.high)) gaps.push_back({last, gap.high});
      // The key at `half` itself was read on the way up.
      keys_.SeekForPrev(*half);
      if (keys_.Valid() && keys_.key().compare(*half) == 0) keys_.Prev();
      if (!down(first, gap.low)) gaps.push_back({gap.low, first});
    }
  }

  rocksdb::Iterator& keys_;
  const EachKey& each_;
  rocksdb::Status damage_;
};

}  // namespace

rocksdb::Status read_all(rocksdb::Iterator& keys, const EachKey& each) { return Reader(keys, each).run(); }

}  // namespace vigil::store
