// SPDX-License-Identifier: Apache-2.0
// Server: the extension socket. Takes connections from processes of root and
// of this program's user, each on a thread of its own, up to 256 at once.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/log.h"
#include "core/base/result.h"
#include "extensions/protocol.h"

namespace vigil::extensions {

class Server {
 public:
  // Answers one connection until it ends; called on the connection's thread.
  // What it says of the end is logged, together with the process.
  using Serve = std::function<Result<void>(int socket, const Peer& peer)>;

  // Listens on `path`, which only this user may open; its folder is made when it
  // is missing. A socket on which nobody listens is replaced; one that is in
  // use, or a file that is no socket, is an error that says so. Sockets
  // `<path>.<number>` on which nobody listens are removed, now and at the end.
  // The log has to outlive the server.
  static Result<std::unique_ptr<Server>> listen(const std::string& path, Serve serve, Log& log);
  // Shuts all connections down, waits for their threads and removes the socket.
  // That ends what reads and writes; a call that is being worked on has to be
  // ended by who serves it.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vigil::extensions
