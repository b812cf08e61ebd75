// SPDX-License-Identifier: Apache-2.0
// The control socket: one command a connection, a line of text, answered by
// text. Only root and the daemon's own user are heard.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"

namespace boost::asio {
class io_context;
}

namespace vigil::watch {

class ControlServer {
 public:
  // Called with the command's words on the thread that runs `io`. The error's text goes to the caller.
  using Handler = std::function<Result<std::string>(const std::string& verb, const std::string& argument)>;

  // Makes the socket with mode 0600, and its directory with mode 0700 where there is none; takes over a dead
  // socket, never one that is in use.
  static Result<std::unique_ptr<ControlServer>> listen(boost::asio::io_context& io, const std::string& path, Handler handler);
  // Closes every connection and removes the socket. On the thread that runs `io`, or when none does.
  ~ControlServer();

 private:
  struct State;
  explicit ControlServer(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

// Sends one command and returns the answer; waits for at most ten seconds for each part of it.
Result<std::string> send_command(const std::string& path, const std::string& command);

}  // namespace vigil::watch
