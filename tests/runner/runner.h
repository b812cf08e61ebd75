// SPDX-License-Identifier: Apache-2.0
// Runs .test files in this process.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/sql/connection.h"
#include "tests/runner/test_file.h"

namespace vigil::test {

struct Tally {
  size_t passed = 0, failed = 0, skipped = 0;

  // Counts one check; says on standard output what went wrong.
  void check(bool ok, const std::string& where, const std::string& what);
  void skip(const std::string& where, const std::string& what);
};

struct Settings {
  bool update = false;  // rewrite expected rows instead of comparing
  bool live = false;    // ask this machine; no roots
  std::vector<const sql::Table*> tables;
};

// What one statement gave, as .test files write it.
struct Outcome {
  std::vector<std::string> rows, touched, warnings;
  std::string error;                     // empty when it succeeded
  std::set<std::string> filled_columns;  // names of result columns with a value that is not NULL
};

Outcome ask(const std::vector<const sql::Table*>& tables, const sql::Engine& engine, Result<Host> (*open)(const std::string&, Access),
            const std::string& root, const std::string& sql);

void run_file(const std::string& path, const Settings& settings, Tally& tally);

}  // namespace vigil::test
