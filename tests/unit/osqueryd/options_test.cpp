// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/options/options.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/istreamwrapper.h>

#include <fstream>
#include <set>

namespace vigil {
namespace {

std::string_view kind_name(OptionKind kind) {
  constexpr std::string_view names[] = {"option", "cli", "shell", "hidden"};
  return names[static_cast<size_t>(kind)];
}

// Runs from the top of the project, as all tests do.
rapidjson::Document reference() {
  std::ifstream in("tests/laws/osquery-flags.json");
  rapidjson::IStreamWrapper stream(in);
  rapidjson::Document json;
  json.ParseStream(stream);
  return json;
}

TEST(OptionsTest, EveryFlagOfOsqueryExists) {
  const auto json = reference();
  ASSERT_TRUE(json.IsObject());
  for (const auto& flag : json["flags"].GetArray()) {
    const OptionInfo* option = find_option(flag["name"].GetString());
    ASSERT_TRUE(option) << flag["name"].GetString();
    EXPECT_EQ(option->name, flag["name"].GetString());
    EXPECT_EQ(type_name(*option), flag["type"].GetString()) << option->name;
    EXPECT_EQ(option->default_text, flag["default"].GetString()) << option->name;
    EXPECT_EQ(kind_name(option->kind), flag["kind"].GetString()) << option->name;
    EXPECT_TRUE(option->listed) << option->name;
  }
  for (const auto& alias : json["aliases"].GetObject()) {
    const OptionInfo* option = find_option(alias.name.GetString());
    ASSERT_TRUE(option) << alias.name.GetString();
    EXPECT_EQ(option->name, alias.value.GetString());
  }
  for (const auto& name : json["removed"].GetArray()) {
    EXPECT_TRUE(find_removed_option(name.GetString())) << name.GetString();
    EXPECT_FALSE(find_option(name.GetString())) << name.GetString();
  }
}

TEST(OptionsTest, TheListIsSortedAndDefaultsAreTrue) {
  std::set<std::string_view> names;
  std::string_view before;
  OptionSet set(Role::daemon);
  for (const OptionInfo& option : all_options()) {
    EXPECT_LT(before, option.name);
    before = option.name;
    EXPECT_EQ(find_option(option.name), &option);
    const std::string at_start = set.text(option);
    EXPECT_EQ(at_start, option.in_programs ? *option.in_programs : option.default_text) << option.name;
    // A default can be given as a value.
    const auto warning = set.set(option, option.default_text, Origin::command_line);
    ASSERT_TRUE(warning) << warning.error().message;
    EXPECT_EQ(*warning, "");
    EXPECT_EQ(set.text(option), option.default_text);
    EXPECT_EQ(set.origin(option), Origin::command_line);
  }
}

TEST(OptionsTest, Similar) {
  EXPECT_EQ(similar_option("config_pth"), "config_path");
  EXPECT_EQ(similar_option("dbpath"), "db_path");
  EXPECT_EQ(similar_option("disable_evnets"), "disable_events");
  EXPECT_EQ(similar_option("jsno"), "json");
  EXPECT_EQ(similar_option("something_else_entirely"), "");
  EXPECT_EQ(similar_option(""), "");
  EXPECT_EQ(similar_option(std::string(100000, 'x')), "");
}

TEST(OptionsTest, Configuration) {
  OptionSet set(Role::daemon);
  EXPECT_EQ(set.configure("host_identifier", "uuid"), "");
  EXPECT_EQ(set.values().host_identifier, "uuid");
  EXPECT_EQ(set.origin(*find_option("host_identifier")), Origin::config);
  EXPECT_EQ(set.configure("osquery_log_dir", "/logs"), "");
  EXPECT_EQ(set.values().logger_path, "/logs");
  // An option can be made empty again.
  EXPECT_EQ(set.configure("aws_region", "eu-1"), "");
  EXPECT_EQ(set.configure("aws_region", ""), "");
  EXPECT_EQ(set.values().aws_region, "");
  EXPECT_EQ(set.configure("audit_debug", "true"), "");
  EXPECT_EQ(set.configure("custom_site", "lab"), "");
  EXPECT_EQ(set.custom().at("custom_site"), "lab");

  EXPECT_EQ(set.configure("config_path", "/x"), "option 'config_path' is ignored: it can only be set on the command line or in a flag file");
  EXPECT_EQ(set.configure("json", "true"), "option 'json' is ignored: it can only be set on the command line or in a flag file");
  EXPECT_EQ(set.configure("events_max", "many"), "option 'events_max' is ignored: illegal value 'many' specified for uint64 flag 'events_max'");
  EXPECT_EQ(set.configure("events_mx", "1"), "unknown option 'events_mx' is ignored; did you mean 'events_max'?");
  EXPECT_EQ(set.configure("table_exceptions", "true"), "option 'table_exceptions' no longer exists and is ignored: failures are always contained");
  EXPECT_EQ(set.values().config_path, "/etc/osquery/osquery.conf");
  EXPECT_EQ(set.values().events_max, 50000u);
}

TEST(OptionsTest, SecretsStayOutOfMessages) {
  OptionSet set(Role::daemon);
  size_t secrets = 0;
  for (const OptionInfo& option : all_options()) {
    if (!option.secret) continue;
    ++secrets;
    EXPECT_EQ(type_name(option), "string") << option.name;
    ASSERT_TRUE(set.set(option, "hunter2", Origin::command_line));
  }
  EXPECT_GE(secrets, 3u);
}

}  // namespace
}  // namespace vigil
