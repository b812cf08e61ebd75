// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/load.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/parse/text.h"
#include "osqueryd/config/fits.h"

namespace vigil::config {
namespace {

using Texts = std::vector<std::string>;

Context context() {
  Context context;
  context.version = "5.23.1+vigil.0.1.0";
  context.host_name = "host";
  return context;
}

Config loaded(const Sources& sources, const Context& with = context()) {
  auto result = load(sources, with);
  EXPECT_TRUE(result) << result.error().message;
  return result ? std::move(result->config) : Config();
}

const Query& only_query(const Config& config) {
  static const Query none;
  EXPECT_EQ(config.packs.size(), 1U);
  if (config.packs.empty()) return none;
  EXPECT_EQ(config.packs[0].queries.size(), 1U);
  return config.packs[0].queries.empty() ? none : config.packs[0].queries[0];
}

Texts names(const Config& config) {
  Texts out;
  for (const Pack& pack : config.packs)
    for (const Query& query : pack.queries) out.push_back(query.name);
  return out;
}

TEST(ConfigLoadTest, AQueryWithDefaults) {
  const Config config = loaded({{"c", "{\"schedule\": {\"up\": {\n\"query\": \"SELECT \\\n * FROM uptime\"}}}"}});
  const Query& query = only_query(config);
  EXPECT_EQ(query.name, "up");
  EXPECT_EQ(query.bare_name, "up");
  EXPECT_EQ(query.pack, "main");
  EXPECT_EQ(query.source, "c");
  EXPECT_EQ(query.line, 2U);
  EXPECT_EQ(query.sql, "SELECT  * FROM uptime");
  EXPECT_EQ(query.interval, 3600U);
  EXPECT_EQ(query.cron, "");
  EXPECT_FALSE(query.snapshot);
  EXPECT_TRUE(query.removed);
  EXPECT_TRUE(query.denylist);
  EXPECT_FALSE(query.alert);
  EXPECT_FALSE(query.at_start);
  EXPECT_EQ(query.startup_priority, UINT64_MAX);
  EXPECT_FALSE(query.budget.cpu || query.budget.wall || query.budget.rows || query.budget.memory);
}

TEST(ConfigLoadTest, AQueryWithAllKeys) {
  const Config config = loaded({{"c", R"({"schedule": {"q": {"query": "SELECT 1", "interval": "60", "removed": "False", "snapshot": 1,
    "platform": "linux,darwin", "version": "5.0", "shard": "100", "denylist": false, "startup_priority": 7, "description": "why",
    "value": 3, "alert": "T", "budget": {"cpu": 0.5, "wall": 10, "rows": 100, "memory": 2}}}})"}});
  const Query& query = only_query(config);
  EXPECT_EQ(query.interval, 60U);
  EXPECT_FALSE(query.removed);
  EXPECT_TRUE(query.snapshot);
  EXPECT_FALSE(query.denylist);
  EXPECT_EQ(query.startup_priority, 7U);
  EXPECT_TRUE(query.at_start);
  EXPECT_TRUE(query.alert);
  EXPECT_EQ(query.description, "why");
  EXPECT_EQ(query.budget.cpu, 0.5);
  EXPECT_EQ(query.budget.wall, 10);
  EXPECT_EQ(query.budget.rows, 100U);
  EXPECT_EQ(query.budget.memory, 2U << 20);
}

TEST(ConfigLoadTest, NullCountsAsAbsent) {
  const Config config = loaded({{"c", R"({"options": null, "packs": null, "schedule": {"n": null, "q": {"query": "SELECT 1", "interval": null,
    "snapshot": null, "platform": null, "cron": null}}})"}});
  EXPECT_EQ(only_query(config).interval, 3600U);
}

TEST(ConfigLoadTest, OptionsComeFirstAndLaterSourcesWin) {
  const Config config = loaded({{"a", R"({"schedule": {"q": {"query": "SELECT 1"}}, "options": {"schedule_default_interval": 60, "verbose": true}})"},
                                {"b", R"({"options": {"verbose": "false", "custom_site": "lab", "pack_delimiter": "/", "host_identifier": "uuid"},
                                           "packs": {"p": {"options": {"verbose": 1, "schedule_epoch": 4}, "queries": {"q": {"query": "SELECT 1"}}}}})"}});
  EXPECT_EQ(config.options, (std::map<std::string, std::string>{{"custom_site", "lab"},
                                                                {"host_identifier", "uuid"},
                                                                {"pack_delimiter", "/"},
                                                                {"schedule_default_interval", "60"},
                                                                {"schedule_epoch", "4"},
                                                                {"verbose", "false"}}));
  EXPECT_EQ(names(config), (Texts{"q", "pack/p/q"}));
  EXPECT_EQ(config.packs[0].queries[0].interval, 60U);
}

TEST(ConfigLoadTest, QueriesAreSortedByPriorityAndName) {
  const Config config = loaded({{"c", R"({"packs": {"p": {"queries": {"d": {"query": "SELECT 1"}, "c": {"query": "SELECT 1"},
    "b": {"query": "SELECT 1", "startup_priority": 2}, "a": {"query": "SELECT 1", "startup_priority": 9}}}}})"}});
  EXPECT_EQ(names(config), (Texts{"pack_p_b", "pack_p_a", "pack_p_c", "pack_p_d"}));
}

TEST(ConfigLoadTest, ThePackIsTheDefaultOfItsQueries) {
  const Config config = loaded({{"c", R"({"packs": {"p": {"cron": "@daily", "alert": true, "run_at_start": true, "oncall": "sec",
    "budget": {"cpu": 1, "rows": 9}, "discovery": ["SELECT 1"],
    "queries": {"a": {"query": "SELECT 1"}, "b": {"query": "SELECT 1", "interval": 5, "alert": false, "run_at_start": false, "oncall": "ops",
      "budget": {"cpu": 2}}, "c": {"query": "SELECT 1", "cron": "@hourly"}}}}})"}});
  ASSERT_EQ(names(config), (Texts{"pack_p_a", "pack_p_b", "pack_p_c"}));
  EXPECT_EQ(config.packs[0].oncall, "sec");
  EXPECT_EQ(config.packs[0].discovery, Texts{"SELECT 1"});
  const auto& queries = config.packs[0].queries;
  EXPECT_EQ(queries[0].cron, "@daily");
  EXPECT_EQ(queries[0].interval, 0U);
  EXPECT_TRUE(queries[0].alert);
  EXPECT_TRUE(queries[0].at_start);
  EXPECT_EQ(queries[0].oncall, "sec");
  EXPECT_EQ(queries[0].budget.cpu, 1);
  EXPECT_EQ(queries[1].cron, "");
  EXPECT_EQ(queries[1].interval, 5U);
  EXPECT_FALSE(queries[1].alert);
  EXPECT_FALSE(queries[1].at_start);
  EXPECT_EQ(queries[1].oncall, "ops");
  EXPECT_EQ(queries[1].budget.cpu, 2);
  EXPECT_EQ(queries[1].budget.rows, 9U);
  EXPECT_EQ(queries[2].cron, "@hourly");
}

TEST(ConfigLoadTest, WhatDoesNotFitIsLeftOut) {
  const Config config = loaded({{"c", R"({"schedule": {"a": {"query": "SELECT 1", "platform": "windows"}, "b": {"query": "SELECT 1", "version": "6"},
    "c": {"query": "SELECT 1", "shard": 1}, "d": {"query": "SELECT 1"}},
    "packs": {"w": {"platform": "darwin", "version": "1.2", "shard": 5, "queries": {"x": {"query": 1}}, "views": {"v": "SELECT 1"}}}})"}});
  EXPECT_EQ(names(config), Texts{"d"});
  ASSERT_EQ(config.packs.size(), 2U);
  EXPECT_FALSE(config.packs[1].fits);
  EXPECT_EQ(config.packs[1].platform, "darwin");
  EXPECT_EQ(config.packs[1].version, "1.2");
  EXPECT_EQ(config.packs[1].shard, 5U);
  EXPECT_TRUE(config.views.empty());
}

TEST(ConfigLoadTest, LaterQueriesOfOneNameReplaceEarlierOnes) {
  const Config config = loaded(
      {{"a", R"({"schedule": {"q": {"query": "SELECT 1"}, "r": {"query": "SELECT 1"}}})"}, {"b", R"({"schedule": {"q": {"query": "SELECT 2"}}})"}});
  ASSERT_EQ(names(config), (Texts{"r", "q"}));
  EXPECT_EQ(config.packs[1].queries[0].sql, "SELECT 2");
}

TEST(ConfigLoadTest, SectionsOfAPackBelongToItsName) {
  const Config config = loaded({{"c", R"({"packs": {"p": {"file_paths": {"etc": ["/etc/%%"]}, "decorators": {"load": ["SELECT 1"]}}}})"}});
  EXPECT_EQ(config.files.at("c_p").paths.at("etc"), Texts{"/etc/%%"});
  EXPECT_EQ(config.decorators.at("c_p").load, Texts{"SELECT 1"});
}

TEST(ConfigLoadTest, AllSections) {
  const Sources sources = {{"c", R"({
    "decorators": {"load": ["SELECT 1"], "always": ["SELECT 2"], "interval": {"3600": ["SELECT 3"]}},
    "file_paths": {"etc": ["/etc/%", "/srv/%%"]}, "file_paths_query": {"homes": ["SELECT path FROM t"]},
    "exclude_paths": {"etc": ["/etc/tmp/%"]}, "file_accesses": ["etc", "homes"],
    "yara": {"signatures": {"g": ["a.yar"]}, "file_paths": {"etc": ["g"]}, "signature_urls": ["https://x/.*"]},
    "views": {"v": "SELECT 4"},
    "auto_table_construction": {"t": {"query": "SELECT a FROM x", "path": "/home/%/x.db", "columns": ["a"], "platform": "linux"},
                                "w": {"platform": "windows"}},
    "events": {"enable_subscribers": ["a"], "disable_subscribers": ["b"]},
    "feature_vectors": {"character_frequencies": [0.1]}, "prometheus_targets": {"urls": ["http://x"], "timeout": 2.5},
    "kafka_topics": {"top": ["pack_a_b"]}, "logger": {"anything": 1}, "node_invalid": false})"}};
  const auto result = load(sources, context());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->warnings, Texts());
  const Config& config = result->config;
  EXPECT_EQ(config.decorators.at("c").load, Texts{"SELECT 1"});
  EXPECT_EQ(config.decorators.at("c").always, Texts{"SELECT 2"});
  EXPECT_EQ(config.decorators.at("c").interval.at(3600), Texts{"SELECT 3"});
  const FilePaths& files = config.files.at("c");
  EXPECT_EQ(files.paths.at("etc"), (Texts{"/etc/%", "/srv/%%"}));
  EXPECT_EQ(files.queries.at("homes"), Texts{"SELECT path FROM t"});
  EXPECT_EQ(files.excludes.at("etc"), Texts{"/etc/tmp/%"});
  EXPECT_EQ(files.accesses, (Texts{"etc", "homes"}));
  EXPECT_EQ(config.yara.signatures.at("g"), Texts{"a.yar"});
  EXPECT_EQ(config.yara.file_paths.at("etc"), Texts{"g"});
  EXPECT_EQ(config.yara.signature_urls, Texts{"https://x/.*"});
  EXPECT_EQ(config.views.at("v"), "SELECT 4");
  ASSERT_EQ(config.tables.size(), 1U);
  EXPECT_EQ(config.tables[0].name, "t");
  EXPECT_EQ(config.tables[0].query, "SELECT a FROM x");
  EXPECT_EQ(config.tables[0].path, "/home/%/x.db");
  EXPECT_EQ(config.tables[0].columns, Texts{"a"});
  EXPECT_EQ(config.enable_subscribers, Texts{"a"});
  EXPECT_EQ(config.disable_subscribers, Texts{"b"});
  EXPECT_EQ(config.prometheus_urls, Texts{"http://x"});
  EXPECT_EQ(config.prometheus_timeout, 2.5);
  EXPECT_EQ(config.kafka_topics.at("top"), Texts{"pack_a_b"});
  EXPECT_EQ(result->statements.size(), 4U);  // of decorators and file_paths_query
}

TEST(ConfigLoadTest, ExcludesNeedNoFilePathsBesideThem) {
  const Config config =
      loaded({{"a", R"({"file_paths": {"etc": ["/etc/%"]}})"}, {"b", R"({"exclude_paths": {"etc": ["/etc/x"]}, "file_accesses": ["etc"]})"}});
  EXPECT_EQ(config.files.at("b").excludes.at("etc"), Texts{"/etc/x"});
  EXPECT_EQ(config.files.at("b").accesses, Texts{"etc"});
}

TEST(ConfigFitsTest, Platform) {
  for (const char* here : {"", "any", "all", "linux", "ubuntu", "centos7", "posix", "darwin,linux", "windows, all", " "})
    EXPECT_EQ(platform(here), Platform::here) << here;
  for (const char* elsewhere : {"windows", "darwin", "allwindows", "freebsd,macos"}) EXPECT_EQ(platform(elsewhere), Platform::elsewhere) << elsewhere;
  EXPECT_EQ(platform("solaris"), Platform::unknown);
}

TEST(ConfigFitsTest, Version) {
  const auto fits = [](const char* required) {
    const auto result = version_at_least(required, "5.10.1+vigil.9.9.9");
    return result ? (*result ? "yes" : "no") : "error";
  };
  EXPECT_STREQ(fits("5"), "yes");
  EXPECT_STREQ(fits("5.9.9"), "yes");
  EXPECT_STREQ(fits("5.10.1"), "yes");
  EXPECT_STREQ(fits("0.0.0"), "yes");
  EXPECT_STREQ(fits("5.10.2"), "no");
  EXPECT_STREQ(fits("5.10.1.1"), "no");
  EXPECT_STREQ(fits("6"), "no");
  EXPECT_STREQ(fits("five"), "error");
}

TEST(ConfigFitsTest, MachineNumber) {
  // SHA-1 of "host" begins with 0x86, that of the empty text with 0xda.
  EXPECT_EQ(*machine_number("host"), 0x86 * 100 / 255);
  EXPECT_EQ(*machine_number(""), 0xda * 100 / 255);
}

TEST(ConfigHashTest, IsTheHashOfTheHashes) {
  // printf %s "$(printf '{}' | sha1sum | cut -c1-40)" | sha1sum
  EXPECT_EQ(hash({{"c", "{}"}}), "f80dee827635db39077a458243379b3ad63311fd");
  EXPECT_NE(hash({{"a", "{}"}, {"b", "{}"}}), hash({{"c", "{}"}}));
}

class ConfigFilesTest : public ::testing::Test {
 protected:
  ConfigFilesTest() {
    char name[] = "/tmp/vigil_config.XXXXXX";
    top_ = ::mkdtemp(name);
  }
  ~ConfigFilesTest() override { std::filesystem::remove_all(top_); }

  void file(const std::string& name, const std::string& text) {
    const std::filesystem::path path = top_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::string at(const std::string& name) const { return (top_ / name).string(); }

  std::filesystem::path top_;
};

TEST_F(ConfigFilesTest, TheFileAndItsDropIns) {
  EXPECT_EQ(read_files(at("c.conf")).error().message, "config file does not exist: " + at("c.conf"));
  file("c.conf.d/a.conf", "1");
  EXPECT_FALSE(read_files(at("c.conf")));
  file("c.conf", "0");
  file("c.conf.d/b.conf", "2");
  file("c.conf.d/c.conf~", "3");
  file("c.conf.d/d.conf/e.conf", "4");
  const auto sources = read_files(at("c.conf"));
  ASSERT_TRUE(sources) << sources.error().message;
  EXPECT_EQ(*sources, (Sources{{at("c.conf"), "0"}, {at("c.conf.d/a.conf"), "1"}, {at("c.conf.d/b.conf"), "2"}}));
}

TEST_F(ConfigFilesTest, PacksByPathAndPattern) {
  file("packs/one.conf", R"({"queries": {"q": {"query": "SELECT 1"}}, "shard": 100})");
  file("packs/two.conf", "# two\n{\"queries\": {\"q\":\n {\"query\": \"SELECT 2\"}}}");
  const Context context = file_context("5.23.1", "host");
  const Config config = loaded({{"c", "{\"packs\": {\"*\": \"" + at("packs/*.conf") + "\", \"again\": \"" + at("packs/two.conf") + "\"}}"}}, context);
  EXPECT_EQ(names(config), (Texts{"pack_one_q", "pack_two_q", "pack_again_q"}));
  EXPECT_EQ(config.packs[1].source, "c");
  EXPECT_EQ(config.packs[1].queries[0].source, at("packs/two.conf"));
  EXPECT_EQ(config.packs[1].queries[0].line, 3U);
}

}  // namespace
}  // namespace vigil::config
