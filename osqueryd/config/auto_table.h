// SPDX-License-Identifier: Apache-2.0
// What the configuration adds to the tables of the program: tables over SQLite
// files, and views.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/sql/connection.h"
#include "core/sql/file_table.h"
#include "core/sql/table.h"
#include "osqueryd/config/config.h"

namespace vigil::config {

// Owns the tables that were made; it has to outlive what uses them.
class AutoTables {
 public:
  // One whose name a table of `core` has, or that is no name, is left out.
  AutoTables(const std::vector<AutoTable>& wanted, std::span<const sql::Table* const> core);

  // Those of `core`, and then the new ones.
  const std::vector<const sql::Table*>& tables() const { return tables_; }
  // The new ones alone.
  std::vector<const sql::Table*> own() const { return {tables_.end() - static_cast<std::ptrdiff_t>(owned_.size()), tables_.end()}; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  std::vector<std::unique_ptr<const sql::FileTable>> owned_;
  std::vector<const sql::Table*> tables_;
  std::vector<std::string> warnings_;
};

// Adds the views to a connection, in an order in which each finds the views
// that it needs; a warning for each that cannot be.
std::vector<std::string> add_views(sql::Connection& connection, const std::map<std::string, std::string>& views);

}  // namespace vigil::config
