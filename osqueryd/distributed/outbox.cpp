// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/distributed/outbox.h"

#include <algorithm>
#include <utility>

namespace vigil::distributed {
namespace {

using store::Domain;

// Beside the markers of running queries, which are digests: osquery takes every
// key of the domain `distributed` for a query.
constexpr Domain domain = Domain::distributed_running;
constexpr std::string_view prefix = "answer.";

// So often an answer is sent together with others.
constexpr unsigned tries_together = 3;

std::string key_of(const std::string& id) { return std::string(prefix) + id; }

}  // namespace

Result<void> Outbox::load(const store::Store& store) {
  const auto cursor = store.scan(domain, prefix);
  while (cursor->next()) {
    Entry entry;
    entry.answer.id = cursor->key().substr(prefix.size());
    if (!unpack(cursor->value(), entry.answer)) continue;
    bytes_ += entry.bytes();
    entries_.push_back(std::move(entry));
  }
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.answer.time < b.answer.time; });
  if (cursor->error()) return *cursor->error();
  return {};
}

std::deque<Outbox::Entry>::iterator Outbox::drop(std::deque<Entry>::iterator at, store::Batch& batch) {
  batch.erase(domain, key_of(at->answer.id));
  bytes_ -= at->bytes();
  return entries_.erase(at);
}

std::vector<std::string> Outbox::add(Answer answer, store::Batch& batch) {
  batch.put(domain, key_of(answer.id), pack(answer));
  entries_.push_back({std::move(answer)});
  bytes_ += entries_.back().bytes();
  std::vector<std::string> gone;
  while (entries_.size() > 1 && bytes_ > bounds_.bytes) {
    gone.push_back(entries_.front().answer.id);
    drop(entries_.begin(), batch);
  }
  return gone;
}

const Answer* Outbox::find(std::string_view id) const {
  const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.answer.id == id; });
  return at == entries_.end() ? nullptr : &at->answer;
}

std::vector<const Answer*> Outbox::next() const {
  std::vector<const Answer*> answers;
  size_t bytes = 0;
  for (const Entry& entry : entries_) {
    if (entry.failures >= tries_together) continue;
    bytes += entry.bytes();
    if (!answers.empty() && bytes > bounds_.batch) break;
    answers.push_back(&entry.answer);
  }
  if (!answers.empty() || entries_.empty()) return answers;
  const auto least = std::min_element(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.failures < b.failures; });
  return {&least->answer};
}

std::vector<std::string> Outbox::failed(const std::vector<std::string>& ids, int64_t now, store::Batch& batch) {
  std::vector<std::string> gone;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const bool sent = std::find(ids.begin(), ids.end(), entry->answer.id) != ids.end();
    if (sent) ++entry->failures;
    if (sent && now - entry->answer.time > bounds_.age) {
      gone.push_back(entry->answer.id);
      entry = drop(entry, batch);
    } else {
      ++entry;
    }
  }
  return gone;
}

void Outbox::taken(const std::vector<std::string>& ids, store::Batch& batch) {
  for (const std::string& id : ids) {
    const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.answer.id == id; });
    if (at != entries_.end()) drop(at, batch);
  }
}

}  // namespace vigil::distributed
