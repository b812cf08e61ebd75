// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sql/query.h"

namespace vigil::sql {
namespace {

class PathFunctions : public test::Query {
 protected:
  PathFunctions() {
    file("opt/my");
    file("opt/my app/run");
    file("opt/my app/run -v");
    file("bin/quo\"te");
    file("bin/ls");
    file("directory/file");
  }
};

TEST_F(PathFunctions, find_file_path_in_cmd) {
  constexpr Case cases[] = {
      {"find_file_path_in_cmd('/bin/ls')", "/bin/ls"},
      {"find_file_path_in_cmd('/bin/ls -l /')", "/bin/ls"},
      {"find_file_path_in_cmd('  /bin/ls')", "/bin/ls"},
      {"find_file_path_in_cmd('/bin/ls' || char(9) || '-l')", "/bin/ls"},
      {"find_file_path_in_cmd('/opt/my app/run -v')", "/opt/my"},
      {"find_file_path_in_cmd('/opt/no app/run')", ""},
      {"find_file_path_in_cmd('/directory')", ""},
      {"find_file_path_in_cmd('/directory -x')", ""},
      {"find_file_path_in_cmd('')", ""},
      {"find_file_path_in_cmd('   ')", ""},
      // Quotes count only where asked for, and are taken off.
      {"find_file_path_in_cmd('\"/opt/my app/run\" -x')", ""},
      {"find_file_path_in_cmd('\"/opt/my app/run\" -x', 0)", ""},
      {"find_file_path_in_cmd('\"/opt/my app/run\" -x', 1)", "/opt/my app/run"},
      {"find_file_path_in_cmd('\"/opt/my app/run', 1)", "/opt/my app/run"},
      // A blank behind the escape character still ends a candidate.
      {"find_file_path_in_cmd('/opt/my\\ app/run -x')", "/opt/my app/run"},
      {"find_file_path_in_cmd('/opt/my^ app/run -x', 0, '^')", "/opt/my app/run"},
      {"find_file_path_in_cmd('/bin/quo\\\"te -x', 1)", "/bin/quo\"te"},
      {"find_file_path_in_cmd('/bin/ls\\')", "/bin/ls"},
      {"find_file_path_in_cmd('/bin/ls', 0, '')", "error: Invalid inputs to find_file_path_in_cmd"},
      {"find_file_path_in_cmd('/bin/ls', 0, '\\\\')", "error: Invalid inputs to find_file_path_in_cmd"},
      {"find_file_path_in_cmd(NULL)", "error: Invalid inputs to find_file_path_in_cmd"},
      {"find_file_path_in_cmd('/bin/ls', NULL)", "error: Invalid inputs to find_file_path_in_cmd"},
      {"find_file_path_in_cmd(CAST(x'2F62696E2F6C730041' AS TEXT))", "/bin/ls"},
  };
  expect(cases);
  // No file has so long a path, so nothing behind it is looked at.
  EXPECT_EQ(run("SELECT find_file_path_in_cmd('" + std::string(100000, 'a') + " /bin/ls')"), "");
}

TEST_F(PathFunctions, is_path_deterministic) {
  constexpr Case cases[] = {
      {"is_path_deterministic('/bin/ls')", "1"},
      {"is_path_deterministic('/bin/ls -l')", "1"},
      {"is_path_deterministic('/opt/my app/run')", "0"},
      {"is_path_deterministic('/opt/my app/run -v')", "0"},
      {"is_path_deterministic('\"/opt/my app/run\" -x', 1)", "1"},
      {"is_path_deterministic('/opt/my^ app/run -v', 0, '^')", "0"},
      {"is_path_deterministic('/opt/my^ app/run -x', 0, '^')", "1"},
      {"is_path_deterministic('/no/such')", "1"},
      {"is_path_deterministic('')", "1"},
      {"is_path_deterministic(NULL)", "error: Invalid inputs to is_path_deterministic"},
  };
  expect(cases);
}

TEST_F(PathFunctions, parent_directory) {
  constexpr Case cases[] = {
      {"parent_directory('/usr/bin/ls')", "/usr/bin"},
      {"parent_directory('/usr/bin/')", "/usr/bin"},
      {"parent_directory('/a'), typeof(parent_directory('/a'))", " | text"},
      {"parent_directory('/')", ""},
      {"parent_directory('a/b')", "a"},
      {"parent_directory('file')", "NULL"},
      {"parent_directory('')", "NULL"},
      {"parent_directory(NULL)", "error: Invalid inputs to parent_directory, TEXT was expected"},
      {"parent_directory(7)", "error: Invalid inputs to parent_directory, TEXT was expected"},
      {"parent_directory(x'2F61')", "error: Invalid inputs to parent_directory, TEXT was expected"},
  };
  expect(cases);
}

}  // namespace
}  // namespace vigil::sql
