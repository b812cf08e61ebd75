// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/options/command_line.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>

namespace vigil {
namespace {

struct World {
  std::map<std::string, std::string> files, variables;

  Result<CommandLine> parse(std::vector<std::string> arguments, const std::string& name = "/usr/bin/osqueryi") const {
    arguments.insert(arguments.begin(), name);
    return parse_command_line(arguments, {
                                             [this](const std::string& path) -> Result<std::string> {
                                               const auto found = files.find(path);
                                               if (found == files.end()) return os_error("read", path, ENOENT);
                                               return found->second;
                                             },
                                             [this](const std::string& variable) -> std::optional<std::string> {
                                               const auto found = variables.find(variable);
                                               return found == variables.end() ? std::nullopt : std::optional(found->second);
                                             },
                                         });
  }
};

using Words = std::vector<std::string>;

// The values that tests look at, as one text.
std::string shown(const CommandLine& line) {
  const Options& o = line.options.values();
  return "verbose=" + std::to_string(o.verbose) + " header=" + std::to_string(o.header) + " profile=" + std::to_string(o.profile) +
         " hash_cache_max=" + std::to_string(o.hash_cache_max) + " alarm_timeout=" + std::to_string(o.alarm_timeout) + " separator=" + o.separator;
}

constexpr const char* standard = "verbose=0 header=1 profile=0 hash_cache_max=500 alarm_timeout=15 separator=|";

std::string with(const std::string& name, const std::string& value) {
  std::string all = standard;
  const size_t at = all.find(name + "=") + name.size() + 1;
  return all.replace(at, std::min(all.find(' ', at), all.size()) - at, value);
}

TEST(CommandLineTest, EverySyntax) {
  struct Case {
    Words arguments;
    std::string values;
    Words positional = {};
  };
  const Case cases[] = {
      {{}, standard},
      {{"--verbose"}, with("verbose", "1")},
      {{"-verbose"}, with("verbose", "1")},
      {{"--verbose=true"}, with("verbose", "1")},
      {{"--verbose=T"}, with("verbose", "1")},
      {{"--verbose=Yes"}, with("verbose", "1")},
      {{"--verbose=y"}, with("verbose", "1")},
      {{"--verbose=1"}, with("verbose", "1")},
      {{"--header=false"}, with("header", "0")},
      {{"--header=f"}, with("header", "0")},
      {{"--header=No"}, with("header", "0")},
      {{"--header=n"}, with("header", "0")},
      {{"--header=0"}, with("header", "0")},
      {{"--noheader"}, with("header", "0")},
      {{"-noheader"}, with("header", "0")},
      // A bool never takes the next argument.
      {{"--header", "false"}, standard, {"false"}},
      {{"--profile=3"}, with("profile", "3")},
      {{"--profile", "3"}, with("profile", "3")},
      {{"-profile", "3"}, with("profile", "3")},
      {{"--profile=-3"}, with("profile", "-3")},
      {{"--profile", "-3"}, with("profile", "-3")},
      {{"--profile=-2147483648"}, with("profile", "-2147483648")},
      {{"--profile=0x10"}, with("profile", "16")},
      {{"--profile=010"}, with("profile", "10")},
      {{"--profile= 7"}, with("profile", "7")},
      {{"--hash_cache_max=4294967295"}, with("hash_cache_max", "4294967295")},
      {{"--alarm_timeout=18446744073709551615"}, with("alarm_timeout", "18446744073709551615")},
      {{"--alarm_timeout=10"}, with("alarm_timeout", "10")},
      {{"--alarm-timeout=11"}, with("alarm_timeout", "11")},
      {{"--separator="}, with("separator", "")},
      {{"--separator", ""}, with("separator", "")},
      {{"--separator=a=b"}, with("separator", "a=b")},
      // The last one wins.
      {{"--profile=3", "--profile", "4"}, with("profile", "4")},
      // What is no flag keeps its order; flags may stand among it.
      {{"a", "--profile=4", "b", "-", "c"}, with("profile", "4"), {"a", "b", "-", "c"}},
      {{"--", "--profile=4", "--", "x"}, standard, {"--profile=4", "--", "x"}},
      {{"--undefok=new_flag,other", "--new_flag=1", "--noother", "x"}, standard, {"x"}},
      {{"--new_flag", "--undefok=new_flag"}, standard},
      {{"--tryfromenv=profile,separator"}, with("profile", "12")},
      {{"--fromenv=profile"}, with("profile", "12")},
  };
  World world;
  world.variables["FLAGS_profile"] = "12";
  for (const Case& c : cases) {
    const auto line = world.parse(c.arguments);
    const std::string what = testing::PrintToString(c.arguments);
    ASSERT_TRUE(line) << what << ": " << line.error().message;
    EXPECT_EQ(shown(*line), c.values) << what;
    EXPECT_EQ(line->positional, c.positional) << what;
    EXPECT_EQ(line->warnings, Words()) << what;
  }
}

TEST(CommandLineTest, EveryError) {
  struct Case {
    Words arguments;
    std::string message;
  };
  const Case cases[] = {
      {{"--verbos"}, "unknown command line flag 'verbos'; did you mean '--verbose'?"},
      {{"--confg-path=x"}, "unknown command line flag 'confg-path'; did you mean '--config_path'?"},
      {{"--lgoger_path=x"}, "unknown command line flag 'lgoger_path'; did you mean '--logger_path'?"},
      {{"--zzz"}, "unknown command line flag 'zzz'"},
      {{"--="}, "unknown command line flag ''"},
      {{"---profile=3"}, "unknown command line flag '-profile'; did you mean '--profile'?"},
      {{"--xxx", "--yyy=1"}, "unknown command line flag 'xxx'\nunknown command line flag 'yyy'"},
      {{"--verbose=maybe"}, "illegal value 'maybe' specified for bool flag 'verbose'"},
      {{"--verbose="}, "illegal value '' specified for bool flag 'verbose'"},
      {{"--profile=abc"}, "illegal value 'abc' specified for int32 flag 'profile'"},
      {{"--profile="}, "illegal value '' specified for int32 flag 'profile'"},
      {{"--profile=3x"}, "illegal value '3x' specified for int32 flag 'profile'"},
      {{"--profile=0x"}, "illegal value '0x' specified for int32 flag 'profile'"},
      {{"--profile=--3"}, "illegal value '--3' specified for int32 flag 'profile'"},
      {{"--profile=2147483648"}, "illegal value '2147483648' specified for int32 flag 'profile'"},
      {{"--profile=-2147483649"}, "illegal value '-2147483649' specified for int32 flag 'profile'"},
      {{"--hash_cache_max=-1"}, "illegal value '-1' specified for uint32 flag 'hash_cache_max'"},
      {{"--hash_cache_max=4294967296"}, "illegal value '4294967296' specified for uint32 flag 'hash_cache_max'"},
      {{"--alarm_timeout=18446744073709551616"}, "illegal value '18446744073709551616' specified for uint64 flag 'alarm_timeout'"},
      {{"--alarm_timeout=9"}, "failed validation of new value '9' for flag 'alarm_timeout'"},
      {{"--logger_mode=0"}, "failed validation of new value '0' for flag 'logger_mode'"},
      {{"--logger_mode=0648"}, "failed validation of new value '0648' for flag 'logger_mode'"},
      {{"--logger_mode=10000"}, "failed validation of new value '10000' for flag 'logger_mode'"},
      {{"--logger_mode=000640"}, "failed validation of new value '000640' for flag 'logger_mode'"},
      {{"--logger_mode="}, "failed validation of new value '' for flag 'logger_mode'"},
      {{"--extensions_timeout=soon"}, "failed validation of new value 'soon' for flag 'extensions_timeout'"},
      {{"--query"}, "flag '--query' is missing its argument; flag description: Run this SQL and exit"},
      {{"--custom_site"}, "flag '--custom_site' is missing its argument"},
      {{"--noprofile"}, "boolean value (noprofile) specified for int32 command line flag"},
      {{"--fromenv=profile"}, "FLAGS_profile not found in environment"},
      {{"--fromenv=zzz"}, "unknown command line flag 'zzz' (via --fromenv or --tryfromenv)"},
      {{"--tryfromenv=fromenv"}, "infinite recursion on environment flag 'fromenv'"},
      {{"--tryfromenv=header"}, "environment variable 'FLAGS_header': illegal value 'maybe' specified for bool flag 'header'"},
      {{"--flagfile=/none"}, "flag file: read '/none': No such file or directory"},
      {{"--flagfile"}, "flag '--flagfile' is missing its argument; flag description: " + std::string(find_option("flagfile")->description)},
      {{"--flagfile=/bad"}, "/bad:2: illegal value 'x' specified for int32 flag 'profile'\n/bad:3: flag '--query' is missing its argument"},
      {{"--flagfile=/self"}, "/self:1: flag file '/self' includes itself"},
      {{"--flagfile=/ping"}, "/pong:1: flag file '/ping' includes itself"},
      // A secret does not appear in a message.
      {{"--logger_mode=9", "--aws_proxy_port=-1"},
       "failed validation of new value '9' for flag 'logger_mode'\nillegal value '-1' specified for uint32 flag 'aws_proxy_port'"},
  };
  World world;
  world.files = {{"/bad", "# two mistakes\n--profile=x\n--query\n"},
                 {"/self", "--flagfile=/self"},
                 {"/ping", "--flagfile=/pong"},
                 {"/pong", "--flagfile=/ping"}};
  world.variables = {{"FLAGS_fromenv", "x"}, {"FLAGS_header", "maybe"}};
  for (const Case& c : cases) {
    const auto line = world.parse(c.arguments);
    const std::string what = testing::PrintToString(c.arguments);
    ASSERT_FALSE(line) << what;
    EXPECT_EQ(line.error().message, c.message) << what;
  }
}

TEST(CommandLineTest, EveryWarning) {
  struct Case {
    Words arguments, warnings;
  };
  const Case cases[] = {
      {{"--noverbose=true"}, {"flag 'noverbose' takes no value; 'true' is ignored"}},
      {{"--query", "--json"}, {"flag '--query' takes the next argument '--json' as its value"}},
      {{"--host_identifier=fqdn"}, {"flag 'host_identifier' knows hostname, uuid, instance, ephemeral, specified, not 'fqdn'"}},
      {{"--log_result_events=true"}, {"flag 'log_result_events' no longer exists and is ignored: use logger_event_type"}},
      {{"--disable_kernel"}, {"flag 'disable_kernel' no longer exists and is ignored: there is no kernel extension"}},
      {{"--nodisable_kernel"}, {"flag 'nodisable_kernel' no longer exists and is ignored: there is no kernel extension"}},
      {{"--flagfile=/f"},
       {"/f:2: flag 'value_max' no longer exists and is ignored: values are never cut",
        "/f:1: unknown command line flag 'enable_windows_events' is ignored",
        "/f:3: unknown command line flag 'jsn' is ignored; did you mean '--json'?"}},
  };
  World world;
  world.files["/f"] = "--enable_windows_events=true\n--value_max 512\n--jsn\n";
  for (const Case& c : cases) {
    const auto line = world.parse(c.arguments);
    const std::string what = testing::PrintToString(c.arguments);
    ASSERT_TRUE(line) << what << ": " << line.error().message;
    EXPECT_EQ(line->warnings, c.warnings) << what;
  }
}

TEST(CommandLineTest, FlagFiles) {
  World world;
  world.files = {
      {"/a", "# comment\n\n   # another\n  --profile=7  \r\n-verbose \n--noheader\n--hash_cache_max 9\n--separator=a b \n--flagfile=/b\n"},
      {"/b", "--alarm_timeout=20"},
      {"/names", "osqueryd\n--profile=1\nother osquery*\n--verbose\nosqueryd\n--noheader\n"},
  };
  auto line = world.parse({"--flagfile=/a"});
  ASSERT_TRUE(line) << line.error().message;
  EXPECT_EQ(shown(*line), "verbose=1 header=0 profile=7 hash_cache_max=9 alarm_timeout=20 separator=a b");
  EXPECT_EQ(line->warnings, Words());

  // Flags after the names of programs are for these alone.
  line = world.parse({"--flagfile", "/names"});
  ASSERT_TRUE(line);
  EXPECT_EQ(shown(*line), with("verbose", "1"));

  // A file acts where it is named; several are read in turn.
  line = world.parse({"--profile=1", "--flagfile=/a", "--verbose=no"});
  ASSERT_TRUE(line);
  EXPECT_EQ(line->options.values().profile, 7);
  EXPECT_FALSE(line->options.values().verbose);
  line = world.parse({"--flagfile=/b,/names"});
  ASSERT_TRUE(line);
  EXPECT_EQ(line->options.values().alarm_timeout, 20u);
  EXPECT_TRUE(line->options.values().verbose);
}

TEST(CommandLineTest, FlagFilesHaveLimits) {
  World world;
  for (int i = 0; i < 40; ++i) world.files["/" + std::to_string(i)] = "--flagfile=/" + std::to_string(i + 1);
  auto line = world.parse({"--flagfile=/0"});
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().message, "/15:1: flag file '/16' is included more than 16 files deep");

  // Each of sixteen files includes the next one many times.
  for (int i = 0; i < 15; ++i) {
    std::string& text = world.files["/" + std::to_string(i)];
    for (int j = 0; j < 50; ++j) text += "\n--flagfile=/" + std::to_string(i + 1);
  }
  line = world.parse({"--flagfile=/0"});
  ASSERT_FALSE(line);
  EXPECT_NE(line.error().message.find("more than 256 flag files"), std::string::npos);
}

TEST(CommandLineTest, DefaultFlagFile) {
  World world;
  world.files[default_flag_file] = "--profile=5\n--verbose\n";
  world.files["/x"] = "";
  const auto line = world.parse({"--profile=6"});
  ASSERT_TRUE(line);
  EXPECT_EQ(shown(*line), "verbose=1 header=1 profile=6 hash_cache_max=500 alarm_timeout=15 separator=|");
  EXPECT_EQ(line->options.origin(*find_option("verbose")), Origin::flag_file);
  EXPECT_EQ(line->options.origin(*find_option("profile")), Origin::command_line);
  EXPECT_EQ(line->options.origin(*find_option("header")), Origin::standard);
  EXPECT_EQ(line->options.origin(*find_option("disable_events")), Origin::role);
  // Any flag file on the command line takes its place.
  for (const Words& arguments : {Words{"--flagfile=/x"}, Words{"--flagfile", "/x"}, Words{"-flagfile="}}) {
    const auto other = world.parse(arguments);
    ASSERT_TRUE(other);
    EXPECT_FALSE(other->options.values().verbose);
  }
}

TEST(CommandLineTest, Roles) {
  struct Case {
    std::string name;
    Words arguments;
    Role role;
  };
  const Case cases[] = {
      {"osqueryi", {}, Role::shell},
      {"/opt/osquery/bin/osqueryd", {}, Role::daemon},
      {"/tmp/my-osqueryd-5.23", {}, Role::daemon},
      {"/opt/osqueryd/bin/vigil", {}, Role::shell},
      {"osqueryd", {"-S"}, Role::shell},
      {"osqueryd", {"--S"}, Role::shell},
      {"osqueryi", {"--D"}, Role::daemon},
      {"osqueryi", {"-S", "-D"}, Role::daemon},
      {"osqueryi", {"-D", "--verbose", "-S"}, Role::shell},
      {"osqueryd", {"--", "-S"}, Role::daemon},
      {"osqueryd", {"-S=true"}, Role::daemon},
      {"", {}, Role::shell},
  };
  for (const Case& c : cases) {
    const auto line = World().parse(c.arguments, c.name);
    ASSERT_TRUE(line);
    EXPECT_EQ(line->role, c.role) << c.name << " " << testing::PrintToString(c.arguments);
  }
  EXPECT_EQ(choose_role({}), Role::shell);
  EXPECT_EQ(program_name({}), "");
}

TEST(CommandLineTest, RolesStartWithTheirOwnValues) {
  const auto shell = World().parse({}, "osqueryi"), daemon = World().parse({}, "osqueryd");
  ASSERT_TRUE(shell && daemon);
  EXPECT_TRUE(shell->options.values().disable_events);
  EXPECT_FALSE(daemon->options.values().disable_events);
  EXPECT_EQ(shell->options.values().hash_delay, 0u);
  EXPECT_EQ(daemon->options.values().hash_delay, 20u);
  EXPECT_EQ(shell->options.values().logger_min_status, 1);
  EXPECT_EQ(daemon->options.values().logger_min_status, 0);
  EXPECT_TRUE(shell->options.values().ignore_table_exceptions);
  EXPECT_TRUE(daemon->options.values().ignore_table_exceptions);

  auto given = World().parse({"--disable_events=false", "--disable_logging=false"}, "osqueryi");
  ASSERT_TRUE(given);
  EXPECT_FALSE(given->options.values().disable_events);
  given->options.force_shell();
  EXPECT_TRUE(given->options.values().disable_logging);
  EXPECT_TRUE(given->options.values().disable_watchdog);
}

TEST(CommandLineTest, Help) {
  for (const char* argument : {"--help", "-help", "-h", "--h"}) EXPECT_TRUE(asks_for_help({"osqueryi", "--zzz", argument})) << argument;
  for (const char* argument : {"help", "--helpfull", "-H", "--nohelp"}) EXPECT_FALSE(asks_for_help({"osqueryi", argument})) << argument;
  EXPECT_FALSE(asks_for_help({"osqueryi", "--", "-h"}));
  EXPECT_FALSE(asks_for_help({"--help"}));
}

TEST(CommandLineTest, AliasesCustomNamesAndSecrets) {
  const auto line = World().parse({"--db_path=/db", "--logger_tls_max=5", "--log_numerics_as_numbers", "--custom_site=lab", "--custom_x", "-y",
                                   "--aws_secret_access_key", "k", "--aws_proxy_password=p", "--notls_session_reuse"});
  ASSERT_TRUE(line) << line.error().message;
  const Options& o = line->options.values();
  EXPECT_EQ(o.database_path, "/db");
  EXPECT_EQ(o.logger_tls_max_linesize, 5u);
  EXPECT_TRUE(o.logger_numerics);
  EXPECT_FALSE(o.tls_session_reuse);
  EXPECT_EQ(line->options.custom().at("custom_site"), "lab");
  EXPECT_EQ(line->options.custom().at("custom_x"), "-y");
  EXPECT_EQ(line->secrets, (std::vector<size_t>{8, 9}));
}

}  // namespace
}  // namespace vigil
