// SPDX-License-Identifier: Apache-2.0
#include "core/sql/table.h"

#include <algorithm>

namespace vigil::sql {

std::string_view type_name(Type type) {
  switch (type) {
    case Type::text: return "TEXT";
    case Type::integer: return "INTEGER";
    case Type::bigint: return "BIGINT";
    case Type::unsigned_bigint: return "UNSIGNED BIGINT";
    case Type::real: return "DOUBLE";
    case Type::blob: return "BLOB";
    case Type::datetime: return "DATETIME";
  }
  return "UNKNOWN";
}

void Report::warn(std::string text) {
  if (std::find(warnings.begin(), warnings.end(), text) == warnings.end()) warnings.push_back(std::move(text));
}

void QueryBase::skip(const Error& error) const {
  if (report_->skipped++ == 0) report_->first_skip = error.message;
}

}  // namespace vigil::sql
