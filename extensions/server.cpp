// SPDX-License-Identifier: Apache-2.0
#include "extensions/server.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

#include "core/base/unix_socket.h"

namespace vigil::extensions {
namespace {

constexpr size_t most_connections = 256;
constexpr int backlog = 128;
constexpr std::chrono::milliseconds pause_without_descriptors{200};

// Says what others can bring about as often as they like once in a while, and
// how often it came.
class Seldom {
 public:
  void warn(Log& log, std::string message) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) {
      ++unsaid_;
      return;
    }
    next_ = now + std::chrono::seconds(10);
    if (unsaid_ > 0) message += " (and " + std::to_string(unsaid_) + " more like it)";
    unsaid_ = 0;
    log.warning(std::move(message));
  }

 private:
  std::chrono::steady_clock::time_point next_{};
  uint64_t unsaid_ = 0;
};

}  // namespace

struct Server::State {
  struct Connection {
    Fd socket;
    std::thread thread;
    bool finished = false;
  };

  State(std::string where, UnixListener file, Fd event, Serve answer, Log& to)
      : path(std::move(where)), listener(std::move(file)), wake(std::move(event)), serve(std::move(answer)), log(to) {}

  // The thread that accepts; it also joins those that have finished.
  void accept_all() {
    // Without descriptors to spare, accepting fails at once, again and again.
    bool pausing = false;
    for (;;) {
      pollfd both[] = {{wake.get(), POLLIN, 0}, {listener.get(), POLLIN, 0}};
      ::poll(both, pausing ? 1 : 2, pausing ? static_cast<int>(pause_without_descriptors.count()) : -1);
      eventfd_t ignored;
      if (both[0].revents != 0) ::eventfd_read(wake.get(), &ignored);
      join_finished();
      {
        const std::lock_guard lock(mutex);
        if (ending) return;
      }
      pausing = !accept_one();
    }
  }

  // False when there is nothing to accept with.
  bool accept_one() {
    Fd socket(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) {
      if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return true;
      const Error why = os_error("accept on", path, errno);
      const std::lock_guard lock(mutex);
      starved.warn(log, "extension socket: " + why.message);
      return false;
    }
    const auto peer = peer_of(socket.get());
    const std::lock_guard lock(mutex);
    if (!peer || !may_command(*peer)) {
      strangers.warn(
          log, "extension socket: " + (peer ? "process " + std::to_string(peer->pid) + " of user " + std::to_string(peer->uid) + " may not use it"
                                            : peer.error().message));
      return true;
    }
    if (connections.size() >= most_connections) {
      crowd.warn(log, "extension socket: process " + std::to_string(peer->pid) + " was sent away, there are " + std::to_string(connections.size()) +
                          " connections");
      return true;
    }
    auto& connection = connections.emplace_back();
    connection.socket = std::move(socket);
    try {
      connection.thread = std::thread([this, &connection, who = Peer{peer->pid, peer->uid, peer->gid}] { answer(connection, who); });
    } catch (const std::system_error& error) {
      connections.pop_back();
      starved.warn(log, std::string("extension socket: no thread for a connection: ") + error.what());
    }
    return true;
  }

  void answer(Connection& connection, const Peer& peer) {
    const auto served = serve(connection.socket.get(), peer);
    // The other side need not wait for the thread to be joined.
    ::shutdown(connection.socket.get(), SHUT_RDWR);
    const std::lock_guard lock(mutex);
    if (!served && !ending) broken.warn(log, "extension socket: process " + std::to_string(peer.pid) + ": " + served.error().message);
    connection.finished = true;
    rouse();
  }

  void join_finished() {
    std::list<Connection> finished;
    {
      const std::lock_guard lock(mutex);
      for (auto it = connections.begin(); it != connections.end();) {
        const auto here = it++;
        if (here->finished) finished.splice(finished.end(), connections, here);
      }
    }
    for (auto& connection : finished) connection.thread.join();
  }

  // Fails only when the counter is full: the thread is awake then.
  void rouse() { ::eventfd_write(wake.get(), 1); }

  void end() {
    {
      const std::lock_guard lock(mutex);
      ending = true;
      for (const auto& connection : connections) ::shutdown(connection.socket.get(), SHUT_RDWR);
      rouse();
    }
    if (acceptor.joinable()) acceptor.join();
    // Nobody adds to them any more.
    for (auto& connection : connections) connection.thread.join();
    listener.close();
    remove_dead_sockets(path);
  }

  const std::string path;
  UnixListener listener;
  const Fd wake;
  const Serve serve;
  Log& log;
  std::thread acceptor;

  std::mutex mutex;  // guards all below
  std::list<Connection> connections;
  bool ending = false;
  Seldom starved, strangers, crowd, broken;
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() { state_->end(); }

Result<std::unique_ptr<Server>> Server::listen(const std::string& path, Serve serve, Log& log) {
  auto listener = UnixListener::listen(path, "extension socket", backlog);
  if (!listener) return std::move(listener.error());
  remove_dead_sockets(path);
  Fd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return os_error("use socket", path, errno);
  auto state = std::make_unique<State>(path, std::move(*listener), std::move(wake), std::move(serve), log);
  try {
    state->acceptor = std::thread([state = state.get()] { state->accept_all(); });
  } catch (const std::system_error& error) {
    return Error{"extension socket '" + path + "': no thread for it: " + error.what()};
  }
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

}  // namespace vigil::extensions
