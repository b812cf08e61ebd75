// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/program.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

namespace vigil {
namespace {

const sql::FlagInfo* find(const std::vector<sql::FlagInfo>& flags, const std::string& name) {
  const auto found = std::find_if(flags.begin(), flags.end(), [&](const auto& flag) { return flag.name == name; });
  return found == flags.end() ? nullptr : &*found;
}

// The shape of a random UUID: hexadecimal digits and dashes, version 4, its variant.
bool is_random_uuid(const std::string& text) {
  constexpr std::string_view form = "xxxxxxxx-xxxx-4xxx-Vxxx-xxxxxxxxxxxx";
  if (text.size() != form.size()) return false;
  for (size_t i = 0; i < form.size(); ++i) {
    const std::string_view allowed = form[i] == 'x' ? "0123456789abcdef" : form[i] == 'V' ? "89ab" : form.substr(i, 1);
    if (allowed.find(text[i]) == allowed.npos) return false;
  }
  return true;
}

std::vector<std::string> tables_of(const Program& program) {
  std::vector<std::string> names;
  for (const auto& plugin : program.plugins())
    if (plugin.registry == "table") names.push_back(plugin.name);
  return names;
}

TEST(ProgramTest, KnowsItself) {
  const OptionSet options(Role::shell);
  const Program program(options, {}), other(options, {});
  const auto info = program.program();
  EXPECT_EQ(info.pid, ::getpid());
  EXPECT_EQ(info.watcher, -1);
  EXPECT_NEAR(static_cast<double>(info.start_time), static_cast<double>(std::time(nullptr)), 60);
  EXPECT_TRUE(info.version.starts_with("5.23.1+vigil.")) << info.version;
  EXPECT_EQ(info.extensions, "inactive");
  EXPECT_EQ(info.config_hash, "");
  EXPECT_FALSE(info.config_valid);
  EXPECT_EQ(info.build_platform, "linux");
  EXPECT_FALSE(info.build_distro.empty());
  EXPECT_TRUE(is_random_uuid(info.uuid)) << info.uuid;
  EXPECT_TRUE(is_random_uuid(info.instance_id)) << info.instance_id;
  EXPECT_EQ(info.instance_id, program.program().instance_id);
  EXPECT_NE(info.instance_id, other.program().instance_id);
  EXPECT_NE(info.instance_id, info.uuid);
}

TEST(ProgramTest, Flags) {
  OptionSet options(Role::shell);
  options.set_custom("custom_site", "lab");
  ASSERT_TRUE(options.set(*find_option("read_max"), "1000", Origin::command_line));
  ASSERT_TRUE(options.set(*find_option("aws_secret_access_key"), "hunter2", Origin::command_line));
  const Program program(options, {});
  const auto flags = program.flags();

  EXPECT_TRUE(std::is_sorted(flags.begin(), flags.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
  for (const char* name : {"A", "L", "S", "D", "v", "help", "version", "flagfile", "minloglevel", "db_path", "value_max"})
    EXPECT_FALSE(find(flags, name)) << name;
  for (const char* name : {"allow_unsafe", "logtostderr", "stderrthreshold"}) EXPECT_TRUE(find(flags, name)) << name;

  const auto* read_max = find(flags, "read_max");
  ASSERT_TRUE(read_max);
  EXPECT_EQ(read_max->type, "uint64");
  EXPECT_EQ(read_max->default_value, "52428800");
  EXPECT_EQ(read_max->value, "1000");
  EXPECT_FALSE(read_max->shell_only);
  EXPECT_TRUE(find(flags, "json")->shell_only);
  EXPECT_EQ(find(flags, "custom_site")->value, "lab");
  EXPECT_EQ(find(flags, "custom_site")->type, "string");
  EXPECT_EQ(find(flags, "aws_secret_access_key")->value, "********");
  EXPECT_EQ(find(flags, "aws_session_token")->value, "");

  EXPECT_EQ(program.option("read_max"), "1000");
  EXPECT_EQ(program.option("db_path"), "/var/osquery/osquery.db");
  EXPECT_EQ(program.option("custom_site"), "lab");
  EXPECT_EQ(program.option("aws_secret_access_key"), "hunter2");
  EXPECT_EQ(program.option("no_such_flag"), "");
}

TEST(ProgramTest, PluginsAreWhatIsOffered) {
  OptionSet options(Role::shell);
  Program program(options, sql::all_tables());
  const auto names = tables_of(program);
  EXPECT_EQ(names.size(), sql::all_tables().size());
  EXPECT_EQ(program.plugins().front().registry, "sql");

  ASSERT_TRUE(options.set(*find_option("disable_tables"), "mounts, nothing", Origin::command_line));
  program.use(options);
  EXPECT_EQ(tables_of(program).size(), names.size() - 1);
  ASSERT_TRUE(options.set(*find_option("enable_tables"), "mounts,osquery_info", Origin::command_line));
  program.use(options);
  EXPECT_EQ(tables_of(program), std::vector<std::string>{"osquery_info"});
}

}  // namespace
}  // namespace vigil
