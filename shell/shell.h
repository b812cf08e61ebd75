// SPDX-License-Identifier: Apache-2.0
// The shell: SQL over this host's tables, typed by a person or given by a
// script, and the results in one of several forms.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/host/host.h"
#include "core/sql/connection.h"
#include "core/sql/engine.h"

namespace vigil::shell {

// What the command line says; the names are those of the flags.
struct Settings {
  // How results look. The first of list, line, csv, markdown wins; json and
  // json_pretty act only when none of them is set.
  bool json = false, json_pretty = false, csv = false, line = false, list = false, markdown = false;
  bool header = true;
  std::string separator = "|", nullvalue;
  std::string color = "auto";  // auto, always or never
  std::string output;          // a file for the results; empty or "-": standard output

  // What to do, in order of precedence; nothing set: standard input.
  bool L = false;          // list the tables
  std::string A;           // show all of one table
  std::string pack;        // run every query of a pack
  std::string query;       // SQL
  std::string query_file;  // a file with SQL
  std::string argument;    // SQL, or a meta-command that starts with a dot
  bool has_argument = false;

  bool planner = false;  // say on standard error what each query reads
  int profile = 0;       // run the query so many times, without its results

  std::string enable_tables, disable_tables;  // comma lists; the second wins
  std::string connect;                        // another process's extension socket
  std::string root;                           // what the Host was opened on; empty: this machine

  // What the configuration adds to SQL: tables, which have to outlive the shell,
  // and views; returns a warning for each view that cannot be.
  std::vector<const sql::Table*> own_tables;
  std::function<std::vector<std::string>(sql::Connection&)> add_views;

  // The tables of extensions, when they are not those of the last call; may be empty.
  std::function<std::optional<std::vector<std::shared_ptr<const sql::Table>>>()> changed_tables;

  // The queries of a pack as name and SQL, from the configuration.
  std::function<Result<std::vector<std::pair<std::string, std::string>>>(const std::string& pack)> pack_queries;
};

// True when lines will come from a person.
bool is_interactive(const Settings& settings);

// Runs until its work is done; the exit code of the process. `engine` answers
// for options, flags and the version.
int run_shell(const Settings& settings, const sql::Engine& engine, Host host);

}  // namespace vigil::shell
