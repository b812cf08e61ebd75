// SPDX-License-Identifier: Apache-2.0
// Outbox: answers that have not been taken yet, kept in the store too. It has
// bounds; beyond them the oldest answers go. Belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/store.h"
#include "osqueryd/distributed/answer.h"

namespace vigil::distributed {

class Outbox {
 public:
  struct Bounds {
    size_t bytes = longest_rows + (1 << 20);
    size_t batch = size_t{8} << 20;  // bytes of answers that are sent together; one may be longer
    int64_t age = 86400;             // seconds after which a failure is the last
  };
  Outbox() : Outbox(Bounds()) {}
  explicit Outbox(Bounds bounds) : bounds_(bounds) {}

  // What the store holds from the last time.
  Result<void> load(const store::Store& store);

  // Adds an answer, whose id must not be there; the store's part goes into
  // `batch`. Returns the ids of those that had to leave.
  std::vector<std::string> add(Answer answer, store::Batch& batch);

  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  // Null when there is none.
  const Answer* find(std::string_view id) const;

  // What to send next. Those that failed several times go alone, after all
  // others: one that is refused must not hold up the rest.
  std::vector<const Answer*> next() const;
  // Returns the ids of those that are given up.
  std::vector<std::string> failed(const std::vector<std::string>& ids, int64_t now, store::Batch& batch);
  void taken(const std::vector<std::string>& ids, store::Batch& batch);

 private:
  struct Entry {
    Answer answer;
    unsigned failures = 0;
    size_t bytes() const { return answer.rows.size() + answer.message.size() + answer.sql.size() + answer.id.size(); }
  };
  std::deque<Entry>::iterator drop(std::deque<Entry>::iterator at, store::Batch& batch);

  Bounds bounds_;
  std::deque<Entry> entries_;  // the oldest first
  size_t bytes_ = 0;
};

}  // namespace vigil::distributed
