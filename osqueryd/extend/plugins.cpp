// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/extend/plugins.h"

#include <utility>

#include "osqueryd/log/status.h"
#include "osqueryd/results/json.h"
#include "osqueryd/results/format.h"

namespace vigil::extend {
namespace {

using extensions::Answer;
using extensions::Manager;
using extensions::Request;

Result<Answer> ask(const Manager& manager, const std::string& registry, const std::string& plugin, const Request& request,
                   const std::atomic<bool>& stop) {
  const auto link = manager.find(registry, plugin);
  if (!link) return Error{"no extension with the " + registry + " plugin '" + plugin + "' is registered"};
  auto answer = link->call(registry, plugin, request, &stop);
  if (!answer) return answer.error();
  return answer;
}

Error refused(const std::string& registry, const std::string& plugin, const extensions::Status& status) {
  return {registry + " plugin '" + plugin + "' failed with code " + std::to_string(status.code) + ": " + status.message};
}

// What the plugin answered in its one row.
Result<extensions::Request> ask_row(const Manager& manager, const std::string& registry, const std::string& plugin, const Request& request,
                                    const std::atomic<bool>& stop) {
  auto answer = ask(manager, registry, plugin, request, stop);
  if (!answer) return answer.error();
  if (answer->status.code != extensions::success) return refused(registry, plugin, answer->status);
  if (answer->response.empty()) return Error{registry + " plugin '" + plugin + "' answered nothing"};
  return std::move(answer->response.front());
}

Result<void> tell(const Manager& manager, const std::string& registry, const std::string& plugin, const Request& request,
                  const std::atomic<bool>& stop) {
  const auto answer = ask(manager, registry, plugin, request, stop);
  if (!answer) return answer.error();
  if (answer->status.code != extensions::success) return refused(registry, plugin, answer->status);
  return {};
}

class ExtensionLogger final : public log::Logger {
 public:
  ExtensionLogger(const Manager& manager, std::string plugin, std::function<std::string()> host, std::shared_ptr<const std::atomic<bool>> stop)
      : manager_(manager), plugin_(std::move(plugin)), host_(std::move(host)), stop_(std::move(stop)) {}

  std::string_view name() const override { return plugin_; }
  bool wants(log::Kind kind) const override { return kind != log::Kind::status || takes_status_; }

  // Its init and features say whether it wants status lines.
  Result<void> begin() {
    const auto link = manager_.find("logger", plugin_);
    if (!link) return Error{"no extension with the logger plugin '" + plugin_ + "' is registered"};
    // Early status lines wait in the spool and come like all others.
    auto begun = link->call("logger", plugin_, {{"init", "osqueryd"}, {"log", "[]"}}, stop_.get());
    if (!begun) return std::move(begun.error());
    auto features = link->call("logger", plugin_, {{"action", "features"}}, stop_.get());
    if (!features) return std::move(features.error());
    constexpr int32_t wants_status = 1;
    takes_status_ = begun->status.code == extensions::success || (features->status.code > 0 && features->status.code & wants_status);
    uuid_ = link->uuid();
    return {};
  }

  void send(std::span<const log::Record> records, Done done) override {
    Outcome outcome;
    outcome.status = meet();
    if (outcome.status) {
      if (records.front().kind == log::Kind::status) {
        outcome.status = send_status(records);
        if (outcome.status) outcome.sent = records.size();
      } else {
        for (const log::Record& record : records) {
          outcome.status = record.kind == log::Kind::snapshot ? call({{"snapshot", record.text}}) : call({{"string", record.text}});
          if (!outcome.status) break;
          ++outcome.sent;
        }
      }
    }
    done(std::move(outcome));
  }

 private:
  // One that was away knows nothing of what was said to it before.
  Result<void> meet() {
    const auto link = manager_.find("logger", plugin_);
    if (link && link->uuid() == uuid_) return {};
    const bool took_status = takes_status_;
    auto begun = begin();
    takes_status_ = took_status;  // the spool was told so, and keeps them
    return begun;
  }

  Result<void> call(const Request& request) { return tell(manager_, "logger", plugin_, request, *stop_); }

  Result<void> send_status(std::span<const log::Record> records) {
    std::string lines;
    for (const log::Record& record : records) {
      const auto status = log::unpack_status(record.text);
      if (!status) continue;
      results::Fields line;
      line.set("s", std::to_string(static_cast<int>(status->line.severity)));
      line.text("f", status->line.file);
      line.set("i", std::to_string(status->line.line));
      line.text("m", status->line.message);
      line.text("h", host_());
      line.text("c", results::calendar_time(status->time / Clock::second));
      line.set("u", std::to_string(status->time / Clock::second));
      lines += (lines.empty() ? "" : ",") + line.object();
    }
    return call({{"status", "true"}, {"log", "[" + lines + "]"}});
  }

  const Manager& manager_;
  const std::string plugin_;
  const std::function<std::string()> host_;
  const std::shared_ptr<const std::atomic<bool>> stop_;
  int64_t uuid_ = 0;
  bool takes_status_ = false;
};

class ExtensionDistributed final : public distributed::Plugin {
 public:
  ExtensionDistributed(const Manager& manager, std::string plugin) : manager_(manager), plugin_(std::move(plugin)) {}

  Result<std::string> read(const std::atomic<bool>& stop) override {
    auto row = ask_row(manager_, "distributed", plugin_, {{"action", "getQueries"}}, stop);
    if (!row) return row.error();
    return std::move((*row)["results"]);
  }
  Result<void> write(const std::string& answers, const std::atomic<bool>& stop) override {
    return tell(manager_, "distributed", plugin_, {{"action", "writeResults"}, {"results", answers}}, stop);
  }

 private:
  const Manager& manager_;
  const std::string plugin_;
};

}  // namespace

std::unique_ptr<distributed::Plugin> make_distributed(const Manager& manager, const std::string& plugin) {
  return std::make_unique<ExtensionDistributed>(manager, plugin);
}

Result<config::Sources> read_config(const Manager& manager, const std::string& plugin, const std::atomic<bool>& stop) {
  auto row = ask_row(manager, "config", plugin, {{"action", "genConfig"}}, stop);
  if (!row) return row.error();
  return config::Sources(std::make_move_iterator(row->begin()), std::make_move_iterator(row->end()));
}

Result<std::string> read_pack(const Manager& manager, const std::string& plugin, const std::string& pack, const std::string& value,
                              const std::atomic<bool>& stop) {
  auto row = ask_row(manager, "config", plugin, {{"action", "genPack"}, {"name", pack}, {"value", value}}, stop);
  if (!row) return row.error();
  const auto text = row->find(pack);
  if (text == row->end()) return Error{"config plugin '" + plugin + "' answered without the pack '" + pack + "'"};
  return std::move(text->second);
}

Result<std::unique_ptr<log::Logger>> make_logger(const Manager& manager, const std::string& plugin, std::function<std::string()> host,
                                                 std::shared_ptr<const std::atomic<bool>> stop) {
  auto logger = std::make_unique<ExtensionLogger>(manager, plugin, std::move(host), std::move(stop));
  if (auto begun = logger->begin(); !begun) return std::move(begun.error());
  return std::unique_ptr<log::Logger>(std::move(logger));
}

}  // namespace vigil::extend
