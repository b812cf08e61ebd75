// SPDX-License-Identifier: Apache-2.0
// FileTable: a table that is described while the program runs. Its rows are
// those that one query gives over each SQLite file of a pattern.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/parse/path_pattern.h"
#include "core/sql/table.h"

namespace vigil::sql {

struct FileTable final : Table {
  // Every column is text and is found in the query's result by its name; it is
  // NULL where that has none. The file's path is in `path`, which is added
  // unless `columns` has it.
  FileTable(std::string name, std::string query, const std::string& pattern, std::vector<std::string> columns);
  FileTable(const FileTable&) = delete;
  FileTable& operator=(const FileTable&) = delete;

  const std::string query;
  const std::vector<parse::PathPattern> patterns;
  const bool adds_path;

 private:
  const std::string name_;
  const std::vector<std::string> names_;
  std::vector<Column> columns_;
};

}  // namespace vigil::sql
