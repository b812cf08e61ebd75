// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/commands.h"

#include <gtest/gtest.h>

#include "tests/runner/test_engine.h"

namespace vigil::config {
namespace {

struct Said {
  int code;
  std::string out, err;
};

template <class Command>
Said run(Command command) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const int code = command();
  std::string out = ::testing::internal::GetCapturedStdout();
  return {code, std::move(out), ::testing::internal::GetCapturedStderr()};
}

Said check(const Result<Sources>& sources) {
  const test::TestEngine engine;
  return run([&] { return check_config(sources, {}, sql::all_tables(), *Host::live(), engine); });
}

TEST(ConfigCommandsTest, AGoodConfigurationIsSilent) {
  const Said said = check(Sources{{"c", R"({"schedule": {"q": {"query": "SELECT * FROM v; SELECT 1;"}}, "views": {"v": "SELECT pid FROM processes"},
    "auto_table_construction": {"mine": {"query": "SELECT a FROM t", "path": "/nowhere/%", "columns": ["a"]}},
    "decorators": {"load": ["SELECT a, path FROM mine"]}})"}});
  EXPECT_EQ(said.code, 0);
  EXPECT_EQ(said.out, "");
  EXPECT_EQ(said.err, "");
}

TEST(ConfigCommandsTest, ABadOneIsRefused) {
  Said said = check(Sources{{"c", "{\"schedule\": {\"a\": {},\n\"b\": {}}}"}});
  EXPECT_EQ(said.code, 1);
  EXPECT_EQ(said.out, "");
  EXPECT_EQ(said.err,
            "Error reading config: c:1: query `a` has no `query`, expected a string of SQL\n"
            "c:2: query `b` has no `query`, expected a string of SQL\n");
  said = check(Error{"config file does not exist: /x"});
  EXPECT_EQ(said.code, 1);
  EXPECT_EQ(said.err, "Error reading config: config file does not exist: /x\n");
}

TEST(ConfigCommandsTest, SqlIsWarnedOf) {
  const Said said = check(Sources{{"c", R"({"schedule": {
    "q": {"query": "SELECT nope FROM processes"}},
    "packs": {"p": {"discovery": ["SELECT 1",
      "SELEC"], "queries": {"x": {"query": "SELECT 1; SELECT * FROM nowhere"}}}},
    "decorators": {"always": ["SELECT bad("]},
    "views": {"v": "SELECT * FROM nowhere"}, "auto_table_construction": {"users": {"query": "SELECT 1", "path": "/x", "columns": ["a"]}},
    "shedule": {}})"}});
  EXPECT_EQ(said.code, 0);
  EXPECT_EQ(said.out, "");
  EXPECT_EQ(said.err,
            "WARNING: c:7: unknown key `shedule` in the configuration, did you mean `schedule`?\n"
            "WARNING: table 'users': a table of this name exists already\n"
            "WARNING: view 'v': no such table: nowhere\n"
            "WARNING: c:2: query `q`: no such column: nope\n"
            "WARNING: c:4: discovery of pack `p`: near \"SELEC\": syntax error\n"
            "WARNING: c:4: query `pack_p_x`: no such table: nowhere\n"
            "WARNING: c:5: decorator: incomplete input\n");
}

TEST(ConfigCommandsTest, DumpPrintsTheTextsAsTheyAre) {
  const Said said = run([] { return dump_config(Sources{{"/a", "{\n}"}, {"/b", "no JSON"}}); });
  EXPECT_EQ(said.code, 0);
  EXPECT_EQ(said.out, "{\"/a\": {\n}}\n{\"/b\": no JSON}\n");
  EXPECT_EQ(said.err, "");
  EXPECT_EQ(run([] { return dump_config(Error{"config file does not exist: /x"}); }).code, 1);
}

}  // namespace
}  // namespace vigil::config
