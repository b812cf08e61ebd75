// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "vigil/plugin.h"

namespace vigil::sdk {
namespace {

class NoLog final : public Log {
 public:
  void write(LogLine) override {}
};

class NoEngine final : public sql::Engine {
 public:
  sql::ProgramInfo program() const override { return {}; }
  std::vector<sql::FlagInfo> flags() const override { return {}; }
  std::vector<sql::PluginInfo> plugins() const override { return {}; }
  std::string option(std::string_view) const override { return {}; }
};

Answer ask(Plugin& plugin, const Request& request) {
  const std::atomic<bool> stop = false;
  const NoEngine engine;
  NoLog log;
  return plugin.call({request, stop, engine, log});
}

class Taking final : public Logger {
 public:
  explicit Taking(bool all) : all_(all) {}
  Result<void> log(const std::string& line) override {
    if (line == "full") return Error{"no room"};
    taken.push_back(line);
    return {};
  }
  bool wants_status() const override { return all_; }
  bool wants_events() const override { return all_; }
  Result<void> status(const std::vector<StatusLine>& lines) override {
    for (const auto& l : lines)
      taken.push_back(std::to_string(l.severity) + l.file + std::to_string(l.line) + l.message + l.host + std::to_string(l.time));
    return {};
  }
  Result<void> event(const std::string& event) override {
    taken.push_back("event " + event);
    return {};
  }
  std::vector<std::string> taken;

 private:
  const bool all_;
};

TEST(PluginsTest, ALoggerTakesLines) {
  Taking logger(false);
  const auto p = plugin(logger);
  EXPECT_EQ(ask(*p, {{"string", "a"}}).status.code, 0);
  EXPECT_EQ(ask(*p, {{"string", "e"}, {"category", "event"}}).status.code, 0);
  EXPECT_EQ(ask(*p, {{"string_batch", R"(["b","c\n"])"}}).status.code, 0);
  EXPECT_EQ(ask(*p, {{"snapshot", "{}"}}).status.code, 0);
  EXPECT_EQ(logger.taken, (std::vector<std::string>{"a", "e", "b", "c\n", "{}"}));
  EXPECT_EQ(ask(*p, {{"string", "full"}}).status.message, "no room");
  EXPECT_EQ(ask(*p, {{"string_batch", "[1]"}}).status.message, "read 'string_batch': expected an array of strings");
  EXPECT_EQ(ask(*p, {{"string_batch", "{}"}}).status.message, "read 'string_batch': expected an array");
  EXPECT_EQ(ask(*p, {}).status.code, 1);
}

TEST(PluginsTest, ALoggerOfResultsAlone) {
  Taking logger(false);
  const auto p = plugin(logger);
  EXPECT_EQ(ask(*p, {{"action", "features"}}).status.code, 0);
  EXPECT_EQ(ask(*p, {{"init", "osqueryd"}, {"log", "[]"}}).status.code, 1);
}

TEST(PluginsTest, ALoggerOfAll) {
  Taking logger(true);
  const auto p = plugin(logger);
  EXPECT_EQ(ask(*p, {{"action", "features"}}).status.code, 3);
  const char* log = R"([{"s":1,"f":"x.cpp","i":7,"m":"odd","h":"here","c":"some day","u":9}, {"s":"2"}])";
  EXPECT_EQ(ask(*p, {{"init", "osqueryd"}, {"log", log}}).status.code, 0);
  EXPECT_EQ(ask(*p, {{"init", "osqueryd"}}).status.code, 0);
  EXPECT_EQ(ask(*p, {{"status", "true"}, {"log", log}}).status.code, 0);
  EXPECT_EQ(ask(*p, {{"event", "{\"pid\":1}"}}).status.code, 0);
  EXPECT_EQ(logger.taken, (std::vector<std::string>{"1x.cpp7oddhere9", "200", "1x.cpp7oddhere9", "200", "event {\"pid\":1}"}));
  EXPECT_TRUE(ask(*p, {{"status", "true"}, {"log", "["}}).status.message.starts_with("read 'log': bad JSON"));
}

class Fixed final : public ConfigSource {
 public:
  Result<std::map<std::string, std::string>> fetch() override { return std::map<std::string, std::string>{{"a", "{}"}, {"b", "{}"}}; }
};

TEST(PluginsTest, Configuration) {
  Fixed source;
  const auto p = plugin(source);
  EXPECT_EQ(ask(*p, {{"action", "genConfig"}}).response, (Response{{{"a", "{}"}, {"b", "{}"}}}));
  EXPECT_EQ(ask(*p, {{"action", "genPack"}, {"name", "it"}, {"value", "x"}}).status.message, "there is no pack 'it'");
  EXPECT_EQ(ask(*p, {{"action", "sing"}}).status.message, "a source of configuration knows no action 'sing'");
}

class Asking final : public Distributed {
 public:
  Result<std::string> queries() override { return std::string(R"({"queries":{"a":"SELECT 1"}})"); }
  Result<void> write(const std::string& results) override {
    written = results;
    return {};
  }
  std::string written;
};

TEST(PluginsTest, DistributedQueries) {
  Asking asking;
  const auto p = plugin(asking);
  EXPECT_EQ(ask(*p, {{"action", "getQueries"}}).response, (Response{{{"results", R"({"queries":{"a":"SELECT 1"}})"}}}));
  EXPECT_EQ(ask(*p, {{"action", "writeResults"}, {"results", "{}"}}).status.code, 0);
  EXPECT_EQ(asking.written, "{}");
  EXPECT_EQ(ask(*p, {{"action", "writeResults"}}).status.message, "the request has no 'results'");
}

}  // namespace
}  // namespace vigil::sdk
