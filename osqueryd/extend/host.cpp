// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/extend/host.h"

#include <algorithm>

#include "core/parse/text.h"
#include "core/sql/connection.h"
#include "core/sql/module.h"
#include "extensions/serve_table.h"
#include "extensions/server.h"
#include "extensions/service.h"
#include "extensions/thrift_module.h"
#include "osqueryd/extend/core_plugins.h"

namespace vigil::extend {
namespace {

using extensions::Answer;
using extensions::Request;
using extensions::Response;
using extensions::Status;

Result<const VigilThrift*> thrift() { return sql::module_interface<VigilThrift>("thrift", "vigil_thrift"); }

Result<std::unique_ptr<extensions::Client>> connect(const std::string& path, const extensions::Bounds& bounds) {
  const auto module = thrift();
  if (!module) return module.error();
  return (*module)->connect(path, bounds);
}

std::chrono::milliseconds seconds(const std::string& text, uint64_t otherwise) {
  return std::chrono::seconds(parse::number<uint32_t>(text).value_or(static_cast<uint32_t>(otherwise)));
}

extensions::Manager::Settings manager_settings(const std::string& socket, const Options& options) {
  // Less than this is no time to wait for another process.
  constexpr std::chrono::milliseconds least(200);
  extensions::Manager::Settings settings;
  settings.socket = socket;
  settings.timeout = std::max(least, seconds(options.extensions_timeout, 3));
  settings.interval = std::max(least, seconds(options.extensions_interval, 3));
  settings.call = std::chrono::seconds(options.thrift_timeout);
  settings.string_max = options.thrift_string_size_limit > 0 ? static_cast<uint64_t>(options.thrift_string_size_limit) : 0;
  settings.default_index = options.extensions_default_index;
  return settings;
}

Status failed(std::string message) { return {extensions::failure, std::move(message), 0}; }
Status good() { return {extensions::success, "OK", 0}; }

}  // namespace

struct ExtensionHost::State {
  State(const std::string& socket, const Options& options, Parts p)
      : parts(std::move(p)), path(socket), manager(manager_settings(socket, options), {parts.log, connect, parts.has, parts.changed}) {
    limits.string_max = options.thrift_string_size_limit > 0 ? static_cast<uint64_t>(options.thrift_string_size_limit) : 0;
    limits.timeout = std::chrono::seconds(options.thrift_timeout);
  }

  const Parts parts;
  const std::string path;
  extensions::ServeLimits limits;
  extensions::Manager manager;
  std::unique_ptr<extensions::Server> server;  // ends before what its connections use
};

namespace {

// What one connection can call. It belongs to the connection's thread.
class Door final : public extensions::ManagerService {
 public:
  Door(const ExtensionHost::Parts& parts, extensions::Manager& manager) : parts_(parts), manager_(manager) {}

  Status ping() override { return {extensions::success, "pong", 0}; }
  // A client has no business ending this program.
  void shutdown() override {}

  Answer call(const std::string& registry, const std::string& item, const Request& request) override {
    if (const auto link = manager_.find(registry, item)) {
      auto answer = link->call(registry, item, request, &parts_.stop);
      return answer ? std::move(*answer) : Answer{failed(answer.error().message), {}};
    }
    if (registry == "sql") return call_sql(request);
    if (registry == "table") return call_table(item, request);
    return parts_.call(registry, item, request);
  }

  extensions::Extensions extensions() override {
    extensions::Extensions all;
    for (const sql::ExtensionInfo& info : parts_.engine.extensions()) all[info.uuid] = {info.name, info.version, info.sdk_version, ""};
    return all;
  }

  extensions::Options options() override {
    extensions::Options all;
    for (const sql::FlagInfo& flag : parts_.engine.flags()) all[flag.name] = {flag.value, flag.default_value, flag.type};
    return all;
  }

  Status register_extension(const extensions::Info& info, const extensions::Routes& routes, const extensions::Peer& peer) override {
    return manager_.admit(info, routes, peer);
  }
  Status deregister_extension(int64_t uuid) override { return manager_.dismiss(uuid); }

  Answer query(const std::string& sql) override {
    Answer answer{good(), {}};
    run(sql, [&](schedule::Work& work) {
      auto outcome = work.query(sql, parts_.budget(), connection_);
      if (outcome.error)
        answer.status = failed(outcome.error->message);
      else if (!outcome.stopped.empty())
        answer.status = failed("the query was ended: " + outcome.stopped);
      else
        answer.response = text_rows(outcome.rows);
    });
    return answer;
  }

  Answer query_columns(const std::string& sql) override {
    Answer answer{good(), {}};
    run(sql, [&](schedule::Work& work) {
      const auto columns = work.columns(sql, connection_);
      if (!columns) answer.status = failed(columns.error().message);
      if (columns)
        for (const sql::ColumnType& column : *columns) answer.response.push_back({{column.name, column.type}});
    });
    return answer;
  }

 private:
  void run(const std::string& sql, std::function<void(schedule::Work&)> task) {
    parts_.runner.run_now({"extension socket", sql, schedule::Lane::live, false, std::move(task)});
  }

  Answer call_sql(const Request& request) {
    const std::string action = value(request, "action"), sql = value(request, "query");
    if (action == "query") return query(sql);
    if (action == "columns") {
      Answer answer = query_columns(sql);
      for (auto& row : answer.response) row = {{"n", row.begin()->first}, {"t", row.begin()->second}, {"o", "0"}};
      return answer;
    }
    if (action == "tables") {
      Answer answer{good(), {}};
      run("", [&](schedule::Work& work) {
        for (const sql::Table* table : work.tables()) answer.response.push_back({{"t", std::string(table->info.name)}});
      });
      return answer;
    }
    return {failed("the plugin sql knows no action '" + action + "'; it knows query, columns and tables"), {}};
  }

  Answer call_table(const std::string& name, const Request& request) {
    Answer answer{good(), {}};
    run("table " + name, [&](schedule::Work& work) {
      const auto tables = work.tables();
      const auto table = std::find_if(tables.begin(), tables.end(), [&](const sql::Table* t) {
        return t->info.name == name || std::find(t->info.aliases.begin(), t->info.aliases.end(), name) != t->info.aliases.end();
      });
      if (table == tables.end())
        answer.status = failed("there is no table '" + name + "'");
      else
        answer = extensions::serve_table(**table, request, parts_.stop, parts_.engine, parts_.log);
    });
    return answer;
  }

  const ExtensionHost::Parts& parts_;
  extensions::Manager& manager_;
  schedule::KeptConnection connection_;
};

}  // namespace

ExtensionHost::ExtensionHost(std::unique_ptr<State> state) : state_(std::move(state)) {}
ExtensionHost::~ExtensionHost() = default;

Result<std::unique_ptr<ExtensionHost>> ExtensionHost::open(const std::string& socket, const Options& options, Parts parts) {
  auto state = std::make_unique<State>(socket, options, std::move(parts));
  const auto serve = [&state = *state](int connection, const extensions::Peer& peer) -> Result<void> {
    const auto module = thrift();
    if (!module) return module.error();
    Door door(state.parts, state.manager);
    return (*module)->serve_manager(connection, door, peer, state.limits);
  };
  auto server = extensions::Server::listen(socket, serve, state->parts.log);
  if (!server) return server.error();
  state->server = std::move(*server);
  return std::unique_ptr<ExtensionHost>(new ExtensionHost(std::move(state)));
}

extensions::Manager& ExtensionHost::manager() { return state_->manager; }
const extensions::Manager& ExtensionHost::manager() const { return state_->manager; }
const std::string& ExtensionHost::socket() const { return state_->path; }

}  // namespace vigil::extend
