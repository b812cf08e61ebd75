// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/own_plugins.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "osqueryd/extend/core_plugins.h"

namespace vigil {
namespace {

using extensions::Answer;
using extensions::Request;

// Between two looks at whether the main loop still runs.
constexpr std::chrono::milliseconds pause(20);

Answer failed(std::string message) { return {{extensions::failure, std::move(message), 0}, {}}; }
Answer good(extensions::Response response = {}) { return {{extensions::success, "OK", 0}, std::move(response)}; }

}  // namespace

void OwnPlugins::start(Parts parts) {
  parts_.emplace(std::move(parts));
  started_ = true;
}

Answer OwnPlugins::call(const std::string& registry, const std::string& item, const Request& request) {
  if (registry == "config") return call_config(request);
  if (registry == "logger") return call_logger(request);
  return failed("this program has no plugin '" + item + "' of '" + registry + "' that can be called");
}

Answer OwnPlugins::call_config(const Request& request) {
  const std::string action = extend::value(request, "action");
  if (action == "option") {
    const std::string name = extend::value(request, "name");
    return good({{{"name", name}, {"value", program_.option(name)}}});
  }
  if (!started_) return failed("the program is starting");
  const auto asked = std::make_shared<std::promise<Answer>>();
  auto answered = asked->get_future();
  boost::asio::post(io_, [this, asked, action, request] { asked->set_value(change_config(action, request)); });
  while (answered.wait_for(pause) != std::future_status::ready)
    if (io_.stopped()) return failed("the program is stopping");
  return answered.get();
}

// On the main loop.
Answer OwnPlugins::change_config(const std::string& action, const Request& request) {
  Configuration& configuration = parts_->configuration;
  if (action == "genConfig") return good({{configuration.sources().begin(), configuration.sources().end()}});
  if (action != "update") return failed("config plugins know no action '" + action + "'; this one knows genConfig, update and option");
  configuration.replace(extend::value(request, "source"), extend::value(request, "data"));
  parts_->reload();
  return configuration.error().empty() ? good() : failed(configuration.error());
}

// What another program has to say goes the way of this program's own lines.
Answer OwnPlugins::call_logger(const Request& request) {
  const auto text = request.find("string"), snapshot = request.find("snapshot");
  const auto line = text != request.end() ? text : snapshot;
  if (line == request.end()) return failed("a logger takes string and snapshot");
  if (!started_) return failed("the program is starting");
  const log::Kind kind = text != request.end() ? log::Kind::result : log::Kind::snapshot;
  const auto taken = parts_->spool.commit({}, {{kind, 0, line->second}});
  return taken ? good() : failed(taken.error().message);
}

}  // namespace vigil
