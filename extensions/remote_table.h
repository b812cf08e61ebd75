// SPDX-License-Identifier: Apache-2.0
// RemoteTable: a table whose rows an extension generates. It is described while
// the program runs, by what the extension said of it when it registered; rows
// can be inserted, changed and deleted if the extension lets them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/sql/table.h"
#include "extensions/link.h"

namespace vigil::extensions {

struct RemoteDescription;

class RemoteTable final : public sql::Table {
 public:
  // `routes` describe columns, aliases and attributes; `default_index` offers the
  // constraints on columns without options to the extension too. Fails for a
  // description that no table can have: no columns, an unknown type, a name that
  // is no name or comes twice, an alias of nothing.
  static Result<std::unique_ptr<RemoteTable>> make(const std::string& name, const Response& routes, std::shared_ptr<Link> link, bool default_index);
  RemoteTable(const RemoteTable&) = delete;
  RemoteTable& operator=(const RemoteTable&) = delete;
  ~RemoteTable();

  const RemoteDescription& description() const { return *description_; }

 private:
  explicit RemoteTable(std::unique_ptr<const RemoteDescription> description);
  std::unique_ptr<const RemoteDescription> description_;
};

}  // namespace vigil::extensions
