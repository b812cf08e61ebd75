// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/denylist.h"

#include <algorithm>

#include "core/parse/text.h"

namespace vigil::schedule {
namespace {

using store::Domain;

constexpr std::string_view prefix = "denylist.";
constexpr int64_t day = 86400;  // osquery's, for a query that was running at the end
constexpr int64_t hour = 3600;  // the first denial for budgets
constexpr int64_t budget_strikes = 3;
// A query that ran for longer than this when the process died is to blame at once.
constexpr int64_t suspicious = 1'000'000;

std::string key_of(const std::string& name) { return std::string(prefix) + name; }

}  // namespace

Result<std::unique_ptr<Denylist>> Denylist::open(store::Store& store) {
  std::unique_ptr<Denylist> list(new Denylist(store));
  const auto cursor = store.scan(Domain::configurations, prefix);
  while (cursor->next()) {
    Entry entry;
    entry.info.name = cursor->key().substr(prefix.size());
    std::string_view rest = cursor->value();
    for (int64_t* field :
         {&entry.strikes, &entry.info.since, &entry.info.expires, &entry.info.times, &entry.info.wall_ms, &entry.info.cpu_ms, &entry.info.memory})
      *field = parse::number(parse::cut(rest, '\t')).value_or(0);
    entry.info.reason = rest;
    std::string name = entry.info.name;
    list->entries_.emplace(std::move(name), std::move(entry));
  }
  if (cursor->error()) return *cursor->error();
  return list;
}

// The list in memory is what counts; a store that cannot be written to has
// already been reported by those who write results.
void Denylist::save(const Entry& entry) {
  const sql::DenialInfo& info = entry.info;
  std::string value;
  for (const int64_t field : {entry.strikes, info.since, info.expires, info.times, info.wall_ms, info.cpu_ms, info.memory})
    value += std::to_string(field) + '\t';
  store::Batch batch;
  batch.put(Domain::configurations, key_of(info.name), value + info.reason);
  (void)store_.write(batch);
}

void Denylist::drop(std::map<std::string, Entry>::iterator at) {
  store::Batch batch;
  batch.erase(Domain::configurations, key_of(at->first));
  entries_.erase(at);
  (void)store_.write(batch);
}

void Denylist::deny(Entry& entry, const std::string& reason, int64_t now, int64_t duration) {
  entry.strikes = 0;
  ++entry.info.times;
  entry.info.reason = reason;
  entry.info.since = now;
  entry.info.expires = now + duration;
}

std::vector<std::string> Denylist::blame(const std::vector<Suspect>& suspects, const Death& death, int64_t now) {
  std::vector<std::string> lines;
  if (suspects.empty()) return lines;
  const std::lock_guard lock(mutex_);
  const auto age = [&](const Suspect& s) { return death.known ? death.time * 1'000'000 - s.started : s.wall; };
  const auto longest = std::max_element(suspects.begin(), suspects.end(), [&](const auto& a, const auto& b) { return age(a) < age(b); });
  for (const Suspect& suspect : suspects) {
    if (suspect.live) continue;
    Entry& entry = entries_[suspect.name];
    entry.info.name = suspect.name;
    entry.info.wall_ms = std::max(suspect.wall, age(suspect)) / 1000;
    entry.info.cpu_ms = suspect.cpu / 1000;
    entry.info.memory = suspect.memory;
    const bool at_once = &suspect == &*longest && (death.limit || death.crash || age(suspect) >= suspicious);
    std::string line = "Scheduled query may have failed: " + suspect.name;
    if (at_once || ++entry.strikes >= 2) {
      const std::string reason = death.reason.empty() ? "the process ended while it ran" : death.reason;
      deny(entry, reason, now, day);
      line += "; it is denied for " + std::to_string(day) + " s: " + reason;
    }
    save(entry);
    lines.push_back(std::move(line));
  }
  return lines;
}

bool Denylist::over_budget(const std::string& name, const std::string& reason, const sql::DenialInfo& used, int64_t now) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[name];
  entry.info.name = name;
  entry.info.wall_ms = used.wall_ms;
  entry.info.cpu_ms = used.cpu_ms;
  entry.info.memory = used.memory;
  const bool denied = ++entry.strikes >= budget_strikes;
  if (denied) deny(entry, reason, now, std::min(day, hour << std::min<int64_t>(entry.info.times, 5)));
  save(entry);
  return denied;
}

void Denylist::deny(const std::string& name, const std::string& reason, int64_t now, int64_t duration) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[name];
  entry.info.name = name;
  deny(entry, reason, now, duration);
  save(entry);
}

void Denylist::fine(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (const auto at = entries_.find(name); at != entries_.end()) drop(at);
}

bool Denylist::denied(const std::string& name, int64_t now) {
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(name);
  // What has expired stays as a memory of how often it was denied, until a run goes well.
  return at != entries_.end() && at->second.info.expires > now;
}

bool Denylist::allow(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(name);
  if (at == entries_.end() || at->second.info.expires == 0) return false;
  drop(at);
  return true;
}

std::vector<sql::DenialInfo> Denylist::entries(int64_t now) const {
  const std::lock_guard lock(mutex_);
  std::vector<sql::DenialInfo> entries;
  for (const auto& [name, entry] : entries_)
    if (entry.info.expires > now) entries.push_back(entry.info);
  return entries;
}

}  // namespace vigil::schedule
