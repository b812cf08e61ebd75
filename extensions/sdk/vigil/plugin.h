// SPDX-License-Identifier: Apache-2.0
// What an extension can offer beside tables: loggers, sources of configuration
// and of distributed queries. Calls come from several threads at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/log.h"
#include "core/base/result.h"
#include "core/sql/engine.h"
#include "extensions/protocol.h"

namespace vigil::sdk {

using extensions::Answer;
using extensions::Request;
using extensions::Response;

// One call of a plugin.
struct Call {
  const Request& request;
  const std::atomic<bool>& stop;  // becomes true when nobody waits for the answer any more
  const sql::Engine& engine;
  Log& log;
};

// Anything that can be called by name; what follows are the usual kinds.
class Plugin {
 public:
  virtual ~Plugin() = default;
  // What the core has to know beforehand: a table's columns.
  virtual Response routes() const { return {}; }
  virtual Answer call(const Call& call) = 0;
};

// Status 0 with rows, and status 1 with the error.
Answer success(Response response = {});
Answer failure(const Error& error);

// One line of the core's own log.
struct StatusLine {
  int severity = 0;  // 0 information, 1 warning, 2 error
  std::string file, message, host;
  int64_t line = 0;
  int64_t time = 0;  // seconds since the epoch
};

// Takes what queries find. An error is told to the core, which tries again.
class Logger {
 public:
  virtual ~Logger() = default;
  // A line of JSON: one row that was added or removed.
  virtual Result<void> log(const std::string& line) = 0;
  // A JSON document: all rows of a snapshot query.
  virtual Result<void> snapshot(const std::string& document) { return log(document); }

  // Says whether the core's own log is to come here, too.
  virtual bool wants_status() const { return false; }
  virtual Result<void> status(const std::vector<StatusLine>&) { return {}; }
  // Says whether each event is to come here, as JSON, before any query asks for it.
  virtual bool wants_events() const { return false; }
  virtual Result<void> event(const std::string&) { return {}; }
};

// Where the configuration comes from.
class ConfigSource {
 public:
  virtual ~ConfigSource() = default;
  // JSON texts, each by a name that error messages show.
  virtual Result<std::map<std::string, std::string>> fetch() = 0;
  // The JSON text of a pack that the configuration names with `value`.
  virtual Result<std::string> pack(const std::string& name, const std::string& value);
};

// Where distributed queries come from, and where their results go.
class Distributed {
 public:
  virtual ~Distributed() = default;
  // {"queries": {name: SQL}, "discovery": {name: SQL}, "accelerate": seconds}
  virtual Result<std::string> queries() = 0;
  // {"queries": {name: [rows]}, "statuses": {name: code}, "messages": {name: text}}
  virtual Result<void> write(const std::string& results) = 0;
};

// The plugins of these; what they are made of has to outlive them.
std::unique_ptr<Plugin> plugin(Logger& logger);
std::unique_ptr<Plugin> plugin(ConfigSource& source);
std::unique_ptr<Plugin> plugin(Distributed& distributed);

}  // namespace vigil::sdk
