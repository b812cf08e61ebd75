// SPDX-License-Identifier: Apache-2.0
// What the configuration may get wrong, and what is said then.
#include <gtest/gtest.h>

#include "core/parse/text.h"
#include "osqueryd/config/load.h"

namespace vigil::config {
namespace {

Context context() {
  Context context;
  context.version = "5.23.1+vigil.0.1.0";
  context.host_name = "host";
  context.read_pack = [](const std::string&, const std::string& path) -> Result<std::string> {
    if (path == "/packs/bad.conf") return std::string("{\n  \"queries\": {\n    \"q\": {\"query\": 1}\n}}");
    return Error{"read '" + path + "': No such file or directory"};
  };
  context.find_packs = [](const std::string&) -> Result<std::map<std::string, std::string>> { return std::map<std::string, std::string>(); };
  return context;
}

struct Case {
  const char *text, *message;
};

TEST(ConfigErrorsTest, RefuseTheWhole) {
  constexpr Case cases[] = {
      // The text as a whole.
      {"", "c:1: there is nothing but comments, expected an object"},
      {"# a\n// b\n", "c:2: there is nothing but comments, expected an object"},
      {"[1]", "c:1: the whole is an array, expected an object"},
      {"{\n \"schedule\": {\n}\n", "c:3: bad JSON: missing a comma or '}' after an object member"},
      {"{\n\n \"a\" 1}", "c:3: bad JSON: missing a colon after a name of object member"},
      {"{\"a\":\n x}", "c:2: bad JSON: invalid value"},
      {"{\"views\": {\"v\": \"SELECT 1\n FROM t\"}}", "c:1: a string does not end on its line; `\\` at the end of a line joins it with the next"},
      {"{} {}", "c:1: bad JSON: the document root must not be followed by other values"},
      // Options.
      {"{\"options\": [\n]}", "c:1: `options` is an array, expected an object of flags"},
      {"{\"options\": {\n\"verbose\": [true]}}", "c:2: `verbose` is an array, expected a string, a number, true or false"},
      // The schedule.
      {"{\"schedule\": []}", "c:1: `schedule` is an array, expected an object"},
      {"{\"schedule\": {\n\n\"q\": \"SELECT 1\"}}", "c:3: `q` is a string, expected an object with a `query`"},
      {"{\"schedule\": {\n\"q\": {\n\"interval\": 60}}}", "c:2: query `q` has no `query`, expected a string of SQL"},
      {"{\"schedule\": {\"q\": {\n\"query\": 5}}}", "c:2: `query` is a number, expected a string of SQL"},
      {"{\"schedule\": {\"q\": {\"query\": \" \"}}}", "c:1: `query` of query `q` is empty, expected SQL"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"interval\": {}}}}", "c:2: `interval` is an object, expected a number"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"snapshot\": []}}}", "c:2: `snapshot` is an array, expected true or false"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"removed\": {}}}}", "c:2: `removed` is an object, expected true or false"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"platform\": 1}}}", "c:2: `platform` is a number, expected a string"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"version\": 5.1}}}", "c:2: `version` is a number, expected a string"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"shard\": true}}}", "c:2: `shard` is true or false, expected a number"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"cron\": \"61 * * * *\"}}}",
       "c:2: `cron` of query `q`: minute: '61' is not a value, range or step from 0 to 59"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"cron\": 5}}}", "c:2: `cron` is a number, expected a string"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"budget\": 5}}}", "c:2: `budget` is a number, expected an object"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\", \"budget\": {\n\"cpu\": 0}}}}", "c:2: `cpu` is 0, expected a number above 0"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\", \"budget\": {\n\"memory\": \"1 GB\"}}}}", "c:2: `memory` is a string, expected a number"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"alert\": []}}}", "c:2: `alert` is an array, expected true or false"},
      // Packs.
      {"{\"packs\": [\"a\"]}", "c:1: `packs` is an array, expected an object"},
      {"{\"packs\": {\"p\": 1}}", "c:1: `p` is a number, expected an object, or a string that names a file"},
      {"{\"packs\": {\"p\": {\n\"discovery\": \"SELECT 1\"}}}", "c:2: `discovery` is a string, expected an array"},
      {"{\"packs\": {\"p\": {\n\"discovery\": [\n1]}}}", "c:3: `discovery` holds a number, expected strings only"},
      {"{\"packs\": {\"p\": {\n\"queries\": []}}}", "c:2: `queries` is an array, expected an object"},
      {"{\"packs\": {\"p\": {\n\"cron\": \"@never\"}}}",
       "c:2: `cron` of pack `p`: '@never' is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually"},
      {"{\"packs\": {\"bad\": \"/packs/bad.conf\"}}", "/packs/bad.conf:3: `query` is a number, expected a string of SQL"},
      // Other sections.
      {"{\"decorators\": []}", "c:1: `decorators` is an array, expected an object"},
      {"{\"decorators\": {\n\"load\": \"SELECT 1\"}}", "c:2: `load` is a string, expected an array"},
      {"{\"decorators\": {\"interval\": {\n\"60\": \"SELECT 1\"}}}", "c:2: `60` is a string, expected an array of strings"},
      {"{\"file_paths\": {\n\"etc\": \"/etc/%\"}}", "c:2: `etc` is a string, expected an array of strings"},
      {"{\"file_accesses\": {}}", "c:1: `file_accesses` is an object, expected an array"},
      {"{\"yara\": {\n\"signatures\": []}}", "c:2: `signatures` is an array, expected an object"},
      {"{\"views\": {\n\"v\": [\"SELECT 1\"]}}", "c:2: `v` is an array, expected a string of SQL"},
      {"{\"auto_table_construction\": {\n\"t\": \"x\"}}", "c:2: `t` is a string, expected an object with `query`, `path` and `columns`"},
      {"{\"auto_table_construction\": {\"t\": {\n\"columns\": \"a\"}}}", "c:2: `columns` is a string, expected an array"},
      {"{\"events\": {\n\"enable_subscribers\": \"x\"}}", "c:2: `enable_subscribers` is a string, expected an array"},
      {"{\"prometheus_targets\": {\n\"timeout\": -1}}", "c:2: `timeout` is -1, expected a number above 0"},
      {"{\"kafka_topics\": {\n\"t\": 1}}", "c:2: `t` is a number, expected an array of strings"},
      // More than one at a time.
      {"{\"schedule\": {\"a\": {},\n \"b\": {}}}",
       "c:1: query `a` has no `query`, expected a string of SQL\nc:2: query `b` has no `query`, expected a string of SQL"},
  };
  for (const Case& c : cases) {
    const auto loaded = load({{"c", c.text}}, context());
    ASSERT_FALSE(loaded) << c.text;
    EXPECT_EQ(loaded.error().message, c.message) << c.text;
  }
}

TEST(ConfigErrorsTest, TooDeepAndTooLong) {
  const std::string deep = "{\"a\":\n" + std::string(32, '[') + std::string(32, ']') + "}";
  EXPECT_EQ(load({{"c", deep}}, context()).error().message, "c:2: values are nested more than 32 deep");
  const std::string large = "{\"a\": \"" + std::string(4 << 20, 'x') + "\"}";
  EXPECT_EQ(load({{"c", large}}, context()).error().message, "c:1: more than 4 MiB of text");
  const std::string commented = "{}\n" + std::string("# " + std::string(100, 'x') + "\n") + std::string(5 << 20, ' ');
  EXPECT_TRUE(load({{"c", commented}}, context()));
  EXPECT_EQ(load({{"c", std::string("{\n\0}", 4)}}, context()).error().message, "c:2: bad JSON: a NUL byte");
}

TEST(ConfigErrorsTest, OneBadSourceRefusesAll) {
  const auto loaded = load({{"a", "{\"schedule\": {\"q\": {\"query\": \"SELECT 1\"}}}"}, {"b", "{"}}, context());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().message, "b:1: bad JSON: missing a name for object member");
}

TEST(ConfigErrorsTest, WarnAndSkip) {
  constexpr Case cases[] = {
      {"{\"shedule\": {}}", "c:1: unknown key `shedule` in the configuration, did you mean `schedule`?"},
      {"{\"zzzzzzzz\": {}, \"_zzzzzzzz\": 1}", "c:1: unknown key `zzzzzzzz` in the configuration"},
      {"{\"views\": {},\n\"views\": {}}", "c:2: `views` is already set above, this one is ignored"},
      {"{\"views\": {},\n}", "c:1: a comma after the last value is not JSON"},
      {"{\"views\": 1}", "c:1: `views` is a number and is ignored, expected an object"},
      {"{\"options\": {\n\"verbos\": true}}", "c:2: unknown option 'verbos' is ignored; did you mean 'verbose'?"},
      {"{\"options\": {\n\"config_path\": \"/x\"}}",
       "c:2: option 'config_path' is ignored: it can only be set on the command line or in a flag file"},
      {"{\"options\": {\n\"schedule_epoch\": \"x\"}}",
       "c:2: option 'schedule_epoch' is ignored: illegal value 'x' specified for uint64 flag 'schedule_epoch'"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"intreval\": 5}}}", "c:2: unknown key `intreval` in a query, did you mean `interval`?"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"interval\": 0}}}",
       "c:2: query `q` is skipped: its `interval` is 0, expected seconds from 1 to 604800"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"interval\": \"1h\"}}}",
       "c:2: query `q` is skipped: its `interval` is \"1h\", expected seconds from 1 to 604800"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"interval\": 604801}}}",
       "c:2: query `q` is skipped: its `interval` is 604801, expected seconds from 1 to 604800"},
      {"{\"schedule\": {\n\"query.x\": {\"query\": \"SELECT 1\"}}}",
       "c:2: query `query.x` is skipped: its name is empty, begins with query., cache. or config_views., or ends with epoch or counter"},
      {"{\"schedule\": {\n\"my_counter\": {\"query\": \"SELECT 1\"}}}",
       "c:2: query `my_counter` is skipped: its name is empty, begins with query., cache. or config_views., or ends with epoch or counter"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"platform\": \"linx\"}}}",
       "c:2: query `q` is skipped: platform \"linx\" is unknown, expected linux, posix, any or all"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"version\": \"new\"}}}",
       "c:2: query `q` is skipped: version \"new\" is none, expected numbers with dots"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"shard\": 101}}}",
       "c:2: `shard` of query `q` is 101 and is ignored, expected a percentage from 1 to 100"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"snapshot\": \"yes\"}}}",
       "c:2: `snapshot` is \"yes\", which counts as false; expected true or false"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"blacklist\": false}}}", "c:2: `blacklist` is ignored, expected `denylist`"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\", \"cron\": \"@daily\",\n\"interval\": 60}}}",
       "c:2: `interval` of query `q` is ignored, because it has a `cron`"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\",\n\"startup_priority\": -2}}}",
       "c:2: `startup_priority` is -2 and is ignored, expected a number from 0 on"},
      {"{\"schedule\": {\"q\": {\"query\": \"SELECT 1\", \"budget\": {\n\"row\": 1}}}}", "c:2: unknown key `row` in a budget, did you mean `rows`?"},
      {"{\"packs\": {\n\"p\": \"/none.conf\"}}", "c:2: pack `p` is skipped: read '/none.conf': No such file or directory"},
      {"{\"packs\": {\n\"*\": \"/none/*\"}}", "c:2: packs \"/none/*\": no file has such a name"},
      {"{\"packs\": {\"p\": {\n\"platfrom\": \"linux\"}}}", "c:2: unknown key `platfrom` in a pack, did you mean `platform`?"},
      {"{\"packs\": {\"p\": {\n\"platform\": \"solaris\"}}}",
       "c:2: pack `p` is skipped: platform \"solaris\" is unknown, expected linux, posix, any or all"},
      {"{\"packs\": {\"a\": {\"queries\": {\n\"b_c\": {\"query\": \"SELECT 1\"}}}, \"a_b\": {\"queries\": {\n\"c\": {\"query\": \"SELECT 2\"}}}}}",
       "c:3: query `pack_a_b_c` replaces that of c:2"},
      {"{\"decorators\": {\"interval\": {\n\"0\": []}}}", "c:2: decorators of interval `0` are skipped, expected seconds that are a multiple of 60"},
      {"{\"decorators\": {\"interval\": {\n\"90\": []}}}",
       "c:2: decorators of interval `90` are skipped, expected seconds that are a multiple of 60"},
      {"{\"file_accesses\": [\n\"etc\"]}", "c:2: `file_accesses` names `etc`, which is no category of `file_paths`"},
      {"{\"yara\": {\"file_paths\": {\n\"etc\": [\"g\"]}}}", "c:2: category `etc` of `yara` names the group `g`, which `signatures` does not have"},
      {"{\"auto_table_construction\": {\n\"t\": {\"query\": \"SELECT 1\", \"columns\": [\"a\"]}}}", "c:2: table `t` is skipped: it has no `path`"},
      {"{\"auto_table_construction\": {\n\"t\": {\"query\": \"SELECT 1\", \"path\": \"/x\", \"columns\": [\"a\", \"A\"]}}}",
       "c:2: column `A` of table `t` is left out, expected a new name"},
      {"{\"auto_table_construction\": {\"t\": {\n\"platform\": \"os2\"}}}",
       "c:2: table `t` is skipped: platform \"os2\" is unknown, expected linux, posix, any or all"},
  };
  for (const Case& c : cases) {
    const auto loaded = load({{"c", c.text}}, context());
    ASSERT_TRUE(loaded) << c.text << loaded.error().message;
    EXPECT_EQ(parse::join(loaded->warnings, "\n"), c.message) << c.text;
  }
}

TEST(ConfigErrorsTest, SectionsAreReplacedAcrossSources) {
  const auto loaded = load({{"a", "{\"views\": {\"x\": \"SELECT 1\"}}"}, {"b", "{\n\"views\": {\"y\": \"SELECT 2\"}}"}}, context());
  ASSERT_TRUE(loaded);
  EXPECT_EQ(parse::join(loaded->warnings, "\n"), "b:2: `views` replaces that of a");
  EXPECT_EQ(loaded->config.views, (std::map<std::string, std::string>{{"y", "SELECT 2"}}));
}

TEST(ConfigErrorsTest, AHabitIsNamedOnce) {
  const auto loaded =
      load({{"c", "{\"schedule\": {\"a\": {\"query\": \"SELECT 1\", \"team\": 1}, \"b\": {\"query\": \"SELECT 1\", \"team\": 1}}}"}}, context());
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->warnings.size(), 1U);
}

TEST(ConfigErrorsTest, PacksByNameNeedFiles) {
  const auto loaded = load({{"tls_plugin", "{\"packs\": {\"p\": \"/x\"}}"}}, Context());
  ASSERT_TRUE(loaded);
  EXPECT_EQ(parse::join(loaded->warnings, "\n"),
            "tls_plugin:1: pack `p` is skipped: this kind of configuration has no pack files, expected an object");
}

}  // namespace
}  // namespace vigil::config
