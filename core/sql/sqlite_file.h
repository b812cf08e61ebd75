// SPDX-License-Identifier: Apache-2.0
// A query over one SQLite file that belongs to somebody else: a browser, a
// messenger, an attacker. It is opened read-only, what it holds is not trusted,
// and a query that runs for too long is ended.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/host/host.h"

namespace vigil::sql {

class SqliteFile {
 public:
  // A file that keeps no write-ahead log is read without locks, as its owner
  // may hold them for long; one that cannot be opened otherwise is read as it
  // stands on disk. `query` is one SELECT. Ends when the host's query is cancelled.
  static Result<SqliteFile> open(const Host& host, const std::string& path, const std::string& query);
  SqliteFile(SqliteFile&&) noexcept;
  SqliteFile& operator=(SqliteFile&&) noexcept;
  ~SqliteFile();

  size_t columns() const;
  std::string_view name(size_t column) const;
  // Moves to the next row; false at the end.
  Result<bool> step();
  // Valid until the next step; nothing for NULL.
  std::optional<std::string_view> text(size_t column) const;

 private:
  struct State;
  explicit SqliteFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vigil::sql
