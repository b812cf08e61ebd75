// SPDX-License-Identifier: Apache-2.0
// Memo: the scans of the running statement whose rows were kept, so that a join
// does not read the same thing again for each outer row.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "core/sql/table.h"
#include "core/sql/whole.h"

namespace vigil::sql {

class Memo {
 public:
  // The finished scan for these keys, or null.
  const Cursor* find(const std::string& key) const;
  // True when a scan of these keys began earlier in this statement.
  bool seen(const std::string& key) { return !seen_.insert(key).second; }
  bool has_room(size_t bytes) const { return bytes_ + bytes <= limit; }
  void keep(const std::string& key, std::unique_ptr<Cursor> complete);
  // All rows of the table that `plan` scans; null when they cannot be held. Made by `read` when first asked for.
  const Whole* whole(const std::string& plan, const std::function<std::unique_ptr<Whole>()>& read);
  void clear();

 private:
  static constexpr size_t limit = 32 * 1024 * 1024;  // bytes of rows a statement may keep
  std::map<std::string, std::unique_ptr<Cursor>> complete_;
  std::set<std::string> seen_;
  std::map<std::string, std::unique_ptr<Whole>> wholes_;  // by plan
  size_t bytes_ = 0;
};

}  // namespace vigil::sql
