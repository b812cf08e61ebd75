// SPDX-License-Identifier: Apache-2.0
// Program: what this process tells about itself to the tables osquery_info,
// osquery_flags, osquery_registry and osquery_extension_processes, and to all tables about options.
//
// From any thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "core/sql/engine.h"
#include "core/sql/table.h"
#include "osqueryd/options/options.h"
#include "osqueryd/watch/extension_board.h"

namespace vigil::extend {
class ExtensionHost;
}

namespace vigil {

class Program : public sql::Engine {
 public:
  // `tables` have to outlive the program.
  Program(OptionSet options, std::span<const sql::Table* const> tables);

  sql::ProgramInfo program() const override;
  std::vector<sql::FlagInfo> flags() const override;
  std::vector<sql::PluginInfo> plugins() const override;
  std::string option(std::string_view name) const override;
  std::vector<sql::ExtensionInfo> extensions() const override;
  std::vector<sql::ExtensionProcessInfo> extension_processes() const override;

  // Queries that run meanwhile see the old options or the new ones.
  void use(OptionSet options);
  std::shared_ptr<const OptionSet> options() const;
  // Once; the host has to live as long as queries run.
  void attach(const extend::ExtensionHost& host) { host_ = &host; }
  // Before the first query runs: how the extensions are that are started for this program.
  void attach(std::shared_ptr<const watch::ExtensionBoard> extensions) { extensions_ = std::move(extensions); }
  // Changes what program() tells.
  void change(const std::function<void(sql::ProgramInfo&)>& change);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const OptionSet> options_;
  std::span<const sql::Table* const> tables_;
  sql::ProgramInfo info_;
  std::shared_ptr<const watch::ExtensionBoard> extensions_;
  std::atomic<const extend::ExtensionHost*> host_ = nullptr;
};

}  // namespace vigil
