// SPDX-License-Identifier: Apache-2.0
// OwnPlugins: what the daemon's own plugins answer to those who call them over
// the extension socket.
//
// From any thread.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "extensions/protocol.h"
#include "osqueryd/configuration.h"
#include "osqueryd/log/spool.h"
#include "osqueryd/program.h"

namespace boost::asio {
class io_context;
}

namespace vigil {

class OwnPlugins {
 public:
  // Which there are once the daemon has started.
  struct Parts {
    Configuration& configuration;
    log::Spool& spool;
    std::function<void()> reload;  // on the main loop
  };
  // `io` runs the main loop, to which the configuration belongs.
  OwnPlugins(boost::asio::io_context& io, const Program& program) : io_(io), program_(program) {}

  // Once; until then calls are told to come later. The parts have to outlive all calls.
  void start(Parts parts);
  extensions::Answer call(const std::string& registry, const std::string& item, const extensions::Request& request);

 private:
  extensions::Answer call_config(const extensions::Request& request);
  extensions::Answer change_config(const std::string& action, const extensions::Request& request);
  extensions::Answer call_logger(const extensions::Request& request);

  boost::asio::io_context& io_;
  const Program& program_;
  std::optional<Parts> parts_;
  std::atomic<bool> started_ = false;  // after parts_ is set
};

}  // namespace vigil
