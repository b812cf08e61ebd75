// SPDX-License-Identifier: Apache-2.0
// Differ: what changed between two runs of a query. It compares rows as a
// multiset with those that the store holds, and writes only what changed; an
// unchanged run reads one small record and writes nothing.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/store/store.h"
#include "osqueryd/results/row_set.h"

namespace vigil::results {

struct Difference {
  uint64_t epoch = 0, counter = 0;
  bool initial = false;         // a new name or a new epoch: all rows count as added
  bool changed = false;         // a line is due; true for an initial result without rows too
  bool new_text = false;        // the SQL differs from that of the last run
  std::vector<uint32_t> added;  // rows of the new result, ascending
  RowSet removed;
};

class Differ {
 public:
  // The store has to outlive the differ.
  explicit Differ(store::Store& store);

  enum class Mode : uint8_t {
    whole,    // `rows` is the whole result
    partial,  // the query ended early: rows are added, and what is missing says nothing
    events,   // rows of event tables are new by nature: all are added, none is kept
  };

  // Compares, and adds to `batch` what the store has to remember; nothing is
  // written before the caller writes the batch. One thread at a time for each name.
  Result<Difference> compare(const std::string& name, const std::string& sql, const RowSet& rows, uint64_t epoch, Mode mode,
                             store::Batch& batch) const;

  // Names with a stored result.
  Result<std::vector<std::string>> names() const;
  // Adds to `batch` what removes all that is stored of `name`.
  static void forget(const std::string& name, store::Batch& batch);

 private:
  // The random key of the hashes; made and written at its first use.
  Result<std::string> key() const;

  store::Store& store_;
  mutable std::mutex mutex_;
  mutable std::string key_;  // under mutex_
};

}  // namespace vigil::results
