// SPDX-License-Identifier: Apache-2.0
// Core: the program that admitted the extension, as the extension sees it.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "extensions/protocol.h"

namespace vigil::extensions {
struct Bounds;
class Client;
}  // namespace vigil::extensions

namespace vigil::sdk {

using extensions::Extensions;
using extensions::Info;
using extensions::Options;
using extensions::Request;
using extensions::Response;
using extensions::Routes;

// From any thread, also within a scan. Calls that are made at once have a
// connection each: the answer to one may need another.
class Core {
 public:
  Core();
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // Rows of one SQL statement; all values are text, NULL is the empty text.
  Result<Response> query(const std::string& sql);
  // Names and types of the columns that the statement gives.
  Result<std::vector<std::pair<std::string, std::string>>> columns(const std::string& sql);
  // The core's flags.
  Result<Options> options();
  // Who is registered, by uuid; 0 is the core.
  Result<Extensions> extensions();
  // Asks a plugin of the core or of another extension: ("config", "update",
  // {{"action", "update"}, {"source", name}, {"data", json}}).
  Result<Response> call(const std::string& registry, const std::string& item, const Request& request);

  // For Extension::run().
  void set_path(std::string path) { path_ = std::move(path); }
  Result<void> ping();
  Result<int64_t> enter(const Info& info, const Routes& routes);  // the uuid
  Result<void> leave(int64_t uuid);
  // Ends what waits, and all that is asked from now on.
  void stop() { stop_ = true; }

 private:
  using Client = extensions::Client;
  using Bounds = extensions::Bounds;
  template <class Ask>
  auto ask(std::chrono::milliseconds timeout, Ask ask) -> decltype(ask(std::declval<Client&>(), std::declval<const Bounds&>()));

  std::string path_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Client>> idle_;
};

}  // namespace vigil::sdk
