// SPDX-License-Identifier: Apache-2.0
// The protocol of loggers, sources of configuration and of distributed queries.
#include <utility>

#include "core/parse/json_tree.h"
#include "core/parse/text.h"
#include "extensions/sdk/context.h"
#include "vigil/plugin.h"

namespace vigil::sdk {
namespace {

using parse::JsonNode;

Answer answer(const Result<void>& done) { return done ? success() : failure(done.error()); }

// The items of a JSON array.
Result<std::vector<JsonNode>> array(const std::string& what, const std::string& text) {
  auto tree = parse::json_tree(text, json_max);
  if (tree.error) return Error{"read '" + what + "': " + tree.error->text};
  if (tree.root.kind != JsonNode::Kind::array) return Error{"read '" + what + "': expected an array"};
  return std::move(tree.root.items);
}

Result<std::vector<StatusLine>> status_lines(const std::string& text) {
  const auto items = array("log", text);
  if (!items) return items.error();
  std::vector<StatusLine> lines;
  for (const JsonNode& item : *items) {
    const auto member = [&](const char* name) {
      const JsonNode* node = item.find(name);
      return node ? node->text : std::string();
    };
    lines.push_back({parse::number<int>(member("s")).value_or(0), member("f"), member("m"), member("h"), parse::number(member("i")).value_or(0),
                     parse::number(member("u")).value_or(0)});
  }
  return lines;
}

class LoggerPlugin final : public Plugin {
 public:
  explicit LoggerPlugin(Logger& logger) : logger_(logger) {}

  Answer call(const Call& call) override {
    const Request& request = call.request;
    const auto given = [&](const char* key) {
      const auto at = request.find(key);
      return at == request.end() ? nullptr : &at->second;
    };
    if (const auto* action = given("action"); action && *action == "features") {
      Answer features;
      features.status.code = (logger_.wants_status() ? 1 : 0) | (logger_.wants_events() ? 2 : 0);
      return features;
    }
    if (const auto* batch = given("string_batch")) return answer(log_all(*batch));
    if (const auto* document = given("snapshot")) return answer(logger_.snapshot(*document));
    // Status 0 of init says that the core's own log is taken over.
    if (given("init") && !logger_.wants_status()) return failure({"this logger takes no status lines"});
    if (given("init") || given("status")) {
      const auto* log = given("log");
      const auto lines = status_lines(log && !log->empty() ? *log : "[]");
      return lines ? answer(logger_.status(*lines)) : failure(lines.error());
    }
    if (const auto* event = given("event")) return answer(logger_.event(*event));
    if (const auto* line = given("string")) return answer(logger_.log(*line));
    return failure({"a logger knows none of the keys of the request"});
  }

 private:
  Result<void> log_all(const std::string& batch) {
    const auto items = array("string_batch", batch);
    if (!items) return items.error();
    for (const JsonNode& item : *items) {
      if (item.kind != JsonNode::Kind::string) return Error{"read 'string_batch': expected an array of strings"};
      if (auto done = logger_.log(item.text); !done) return done;
    }
    return {};
  }

  Logger& logger_;
};

class ConfigPlugin final : public Plugin {
 public:
  explicit ConfigPlugin(ConfigSource& source) : source_(source) {}

  Answer call(const Call& call) override {
    const auto given = [&](const char* key) {
      const auto at = call.request.find(key);
      return at == call.request.end() ? std::string() : at->second;
    };
    if (given("action") == "genConfig") {
      auto documents = source_.fetch();
      return documents ? success({std::move(*documents)}) : failure(documents.error());
    }
    if (given("action") == "genPack") {
      auto pack = source_.pack(given("name"), given("value"));
      return pack ? success({{{given("name"), std::move(*pack)}}}) : failure(pack.error());
    }
    return failure({"a source of configuration knows no action '" + given("action") + "'"});
  }

 private:
  ConfigSource& source_;
};

class DistributedPlugin final : public Plugin {
 public:
  explicit DistributedPlugin(Distributed& distributed) : distributed_(distributed) {}

  Answer call(const Call& call) override {
    const auto action = call.request.find("action");
    const std::string wanted = action == call.request.end() ? "" : action->second;
    if (wanted == "getQueries") {
      auto queries = distributed_.queries();
      return queries ? success({{{"results", std::move(*queries)}}}) : failure(queries.error());
    }
    if (wanted == "writeResults") {
      const auto results = call.request.find("results");
      if (results == call.request.end()) return failure({"the request has no 'results'"});
      return answer(distributed_.write(results->second));
    }
    return failure({"a source of distributed queries knows no action '" + wanted + "'"});
  }

 private:
  Distributed& distributed_;
};

}  // namespace

Answer success(Response response) { return {{}, std::move(response)}; }
Answer failure(const Error& error) { return {{extensions::failure, error.message}, {}}; }

Result<std::string> ConfigSource::pack(const std::string& name, const std::string&) { return Error{"there is no pack '" + name + "'"}; }

std::unique_ptr<Plugin> plugin(Logger& logger) { return std::make_unique<LoggerPlugin>(logger); }
std::unique_ptr<Plugin> plugin(ConfigSource& source) { return std::make_unique<ConfigPlugin>(source); }
std::unique_ptr<Plugin> plugin(Distributed& distributed) { return std::make_unique<DistributedPlugin>(distributed); }

}  // namespace vigil::sdk
