// SPDX-License-Identifier: Apache-2.0
// Denylist: queries that are not run for a while because they did harm, kept
// in the store. Every entry says why, what the query had used, and when it ends.
//
// From any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/sql/engine.h"
#include "core/store/store.h"
#include "osqueryd/schedule/board.h"

namespace vigil::schedule {

// How the process before this one ended.
struct Death {
  bool known = false;
  bool limit = false;  // the watcher ended it for using too much
  bool crash = false;  // by its own fault: SIGSEGV and its like
  std::string reason;  // of that; may be empty
  int64_t time = 0;    // seconds since the epoch
};

class Denylist {
 public:
  // What the store holds; the store has to outlive the list.
  static Result<std::unique_ptr<Denylist>> open(store::Store& store);

  // Finds out which of the queries that ran at the end is to blame. The one that
  // ran longest is, when the end was a limit, a crash, or came after it had run
  // for a second; for others it takes two such ends in a row. Live queries may
  // take the blame off the others, but are denied by those who ask them.
  // Returns a line for the log for each of them.
  std::vector<std::string> blame(const std::vector<Suspect>& suspects, const Death& death, int64_t now);

  // The query went over its budget; the third time in a row it is denied, for
  // an hour, and for twice as long each further time. True when it is denied now.
  bool over_budget(const std::string& name, const std::string& reason, const sql::DenialInfo& used, int64_t now);
  // Denies a query from now on for so many seconds.
  void deny(const std::string& name, const std::string& reason, int64_t now, int64_t duration);
  // The query ran to its end: what was held against it is forgotten.
  void fine(const std::string& name);

  bool denied(const std::string& name, int64_t now);
  // Lifts a denial; false when there is none.
  bool allow(const std::string& name);
  std::vector<sql::DenialInfo> entries(int64_t now) const;

 private:
  // Strikes that have not led to a denial have expires = 0.
  struct Entry {
    sql::DenialInfo info;
    int64_t strikes = 0;
  };
  explicit Denylist(store::Store& store) : store_(store) {}
  void deny(Entry& entry, const std::string& reason, int64_t now, int64_t duration);
  void save(const Entry& entry);
  void drop(std::map<std::string, Entry>::iterator at);

  store::Store& store_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace vigil::schedule
