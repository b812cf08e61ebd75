// SPDX-License-Identifier: Apache-2.0
// SpecTable: a table that was described by a spec, like those of the core.
#pragma once

#include "vigil/table.h"

namespace vigil::sdk {

class SpecTable final : public TablePlugin {
 public:
  explicit SpecTable(const sql::Table& table);

 private:
  Result<std::unique_ptr<sql::Scanner>> open(sql::QueryBase query) const override;

  const sql::Table& table_;
};

}  // namespace vigil::sdk
