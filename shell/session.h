// SPDX-License-Identifier: Apache-2.0
// Session: what lasts from one statement of the shell to the next.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/connection.h"
#include "shell/remote.h"
#include "shell/render.h"
#include "shell/shell.h"
#include "shell/watch.h"

namespace vigil::shell {

struct Session {
  // Results go to `results`, which stays open as long as the session.
  Session(const Settings& settings, const sql::Engine& engine, std::vector<const sql::Table*> tables, Host host, FILE* results, bool interactive);

  // Runs all statements of `sql` up to the first that fails, and shows their
  // rows together. The error carries SQLite's code and a suggestion.
  Result<void> run(std::string_view sql);

  // All rows of a table, which osquery lets be any end of "SELECT * FROM". False
  // when it failed, after saying so.
  bool show_all(const std::string& table);

  // Runs all statements and throws their rows away; how many there were.
  Result<uint64_t> count_rows(std::string_view sql);

  // Takes up the tables that extensions have now; between statements.
  void refresh_tables();

  // Shows rows that are no statement's.
  void show(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& rows);

  // "Error: message" on standard error; `where` goes between: "near line 3: ".
  void complain(std::string_view message, std::string_view where = {}) const;
  // "Warning: message" on standard error.
  void warn(std::string_view message) const;

  const Settings& settings;
  const sql::Engine& engine;
  std::vector<const sql::Table*> tables;
  sql::Connection connection;
  Watch watch;
  const bool interactive;

  Sink out, standard;  // results; what goes to standard output wherever results go
  Format format;
  std::optional<Remote> remote;  // answers the queries, once there is one
  bool echo = false, bail = false, timer = false, planner;
  // Set when the shell is to end; with a value, that is its exit code.
  bool leaving = false;
  std::optional<int> exit_code;

 private:
  Result<void> run_each(std::string_view sql, Renderer& renderer);
  Result<void> run_one(sql::Statement& statement, Renderer& renderer);
  void explain_to_stderr(std::string_view statement);
  void collect_warnings(std::vector<std::string>& warnings) const;

  const size_t own_tables_;  // so many of the tables are no extension's
  std::vector<std::shared_ptr<const sql::Table>> extension_tables_;
  bool color_errors_, color_results_;
  std::vector<std::string> warnings_;
};

}  // namespace vigil::shell
