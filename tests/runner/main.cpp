// SPDX-License-Identifier: Apache-2.0
// vigil_sqltest: runs .test files and the laws of all tables in this process.
//
//   vigil_sqltest [--update | --live] FILE...   golden or engine tests, or live ones
//   vigil_sqltest --laws                        what holds for every table, on this machine
#include <cstdio>
#include <cstring>

#include "tests/runner/laws.h"
#include "tests/runner/runner.h"

namespace vigil::sql {
// The tables made for testing the engine, tests/engine/.
std::span<const Table* const> engine_tables();
}  // namespace vigil::sql

int main(int argc, char** argv) {
  using namespace vigil;
  test::Settings settings;
  for (const sql::Table* table : sql::all_tables()) settings.tables.push_back(table);
  const std::vector<const sql::Table*> product = settings.tables;
  for (const sql::Table* table : sql::engine_tables()) settings.tables.push_back(table);

  test::Tally tally;
  size_t files = 0;
  bool laws = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--update")
      settings.update = true;
    else if (argument == "--live")
      settings.live = true;
    else if (argument == "--laws")
      laws = true;
    else if (argument.starts_with("-")) {
      std::fprintf(stderr, "usage: vigil_sqltest [--update | --live] FILE... | --laws\n");
      return 2;
    } else {
      ++files;
      test::run_file(argument, settings, tally);
    }
  }
  if (laws) test::check_live_laws(product, "tests/laws/osquery-5.23-schema.json", tally);
  tally.check(files > 0 || laws, "vigil_sqltest", "no test file was named");
  std::printf("%zu passed, %zu failed, %zu skipped\n", tally.passed, tally.failed, tally.skipped);
  return tally.failed ? 1 : 0;
}
