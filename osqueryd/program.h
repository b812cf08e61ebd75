// SPDX-License-Identifier: Apache-2.0
// Program: what this process tells about itself to the tables osquery_info,
// osquery_flags and osquery_registry, and to all tables about options.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/sql/engine.h"
#include "core/sql/table.h"
#include "osqueryd/options/options.h"

namespace vigil {

class Program final : public sql::Engine {
 public:
  // `options` and `tables` have to outlive the program.
  Program(const OptionSet& options, std::span<const sql::Table* const> tables);

  sql::ProgramInfo program() const override { return info_; }
  std::vector<sql::FlagInfo> flags() const override;
  std::vector<sql::PluginInfo> plugins() const override;
  std::string option(std::string_view name) const override;

 private:
  const OptionSet& options_;
  std::span<const sql::Table* const> tables_;
  sql::ProgramInfo info_;
};

// A random UUID (version 4), in lower case.
std::string random_uuid();

}  // namespace vigil
