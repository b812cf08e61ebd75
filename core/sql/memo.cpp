// SPDX-License-Identifier: Apache-2.0
#include "core/sql/memo.h"

namespace vigil::sql {

const Cursor* Memo::find(const std::string& key) const {
  const auto at = complete_.find(key);
  return at == complete_.end() ? nullptr : at->second.get();
}

void Memo::keep(const std::string& key, std::unique_ptr<Cursor> complete) {
  const size_t bytes = complete->remembered_bytes();
  if (complete_.emplace(key, std::move(complete)).second) bytes_ += bytes;
}

const Whole* Memo::whole(const std::string& plan, const std::function<std::unique_ptr<Whole>()>& read) {
  const auto [at, first] = wholes_.try_emplace(plan);
  if (first) at->second = read();
  if (first && at->second) bytes_ += at->second->bytes();
  return at->second.get();
}

void Memo::clear() {
  complete_.clear();
  seen_.clear();
  wholes_.clear();
  bytes_ = 0;
}

}  // namespace vigil::sql
