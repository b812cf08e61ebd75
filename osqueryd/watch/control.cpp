// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/control.h"

#include <fcntl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <set>

#include "core/base/unix_socket.h"
#include "osqueryd/watch/control_protocol.h"

namespace vigil::watch {
namespace {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;
using ErrorCode = boost::system::error_code;

constexpr size_t most_sessions = 16;

bool heard(int socket) {
  const auto peer = peer_of(socket);
  return peer && may_command(*peer);
}

// One connection: reads a line, answers, ends. Its pending operations keep it alive.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Socket socket, const ControlServer::Handler& handler)
      : socket_(std::move(socket)), timer_(socket_.get_executor()), handler_(handler), input_(longest_command) {}

  void start(std::function<void()> finished) {
    finished_ = std::move(finished);
    timer_.expires_after(std::chrono::seconds(io_seconds));
    timer_.async_wait([self = shared_from_this()](ErrorCode error) {
      if (!error) self->close();
    });
    asio::async_read_until(socket_, input_, '\n', [self = shared_from_this()](ErrorCode error, size_t size) { self->read(error, size); });
  }

  void close() {
    ErrorCode ignored;
    socket_.close(ignored);
    timer_.cancel();
    // It may be all that holds this session.
    if (const auto finished = std::exchange(finished_, nullptr)) finished();
  }

 private:
  void read(ErrorCode error, size_t size) {
    if (error == asio::error::not_found) return answer(Error{"the command is too long"});
    // A server that ended has closed the socket, and its handler may be gone.
    if (error || !socket_.is_open()) return close();
    const std::string line(asio::buffers_begin(input_.data()), asio::buffers_begin(input_.data()) + static_cast<std::ptrdiff_t>(size - 1));
    const auto command = parse_command(line);
    if (!command) return answer(command.error());
    answer(handler_(command->verb, command->argument));
  }

  void answer(const Result<std::string>& result) {
    answer_ = answer_text(result);
    asio::async_write(socket_, asio::buffer(answer_), [self = shared_from_this()](ErrorCode, size_t) { self->close(); });
  }

  Socket socket_;
  asio::steady_timer timer_;
  const ControlServer::Handler& handler_;
  asio::streambuf input_;
  std::string answer_;
  std::function<void()> finished_;
};

}  // namespace

struct ControlServer::State : std::enable_shared_from_this<State> {
  // The acceptor owns and closes its descriptor.
  State(asio::io_context& io, int own, UnixListener file, Handler what)
      : listener(std::move(file)), acceptor(io, asio::local::stream_protocol(), own), pause(io), handler(std::move(what)) {}

  void accept() {
    acceptor.async_accept([self = shared_from_this()](ErrorCode error, Socket socket) {
      if (!self->acceptor.is_open()) return;
      if (error) return self->accept_later();
      if (self->sessions.size() < most_sessions && heard(socket.native_handle())) self->begin(std::move(socket));
      self->accept();
    });
  }

  // Without descriptors to spare, accepting fails at once, again and again.
  void accept_later() {
    pause.expires_after(std::chrono::seconds(1));
    pause.async_wait([self = shared_from_this()](ErrorCode error) {
      if (!error && self->acceptor.is_open()) self->accept();
    });
  }

  void begin(Socket socket) {
    auto session = std::make_shared<Session>(std::move(socket), handler);
    sessions.insert(session);
    session->start([this, key = std::weak_ptr(session)] { sessions.erase(key.lock()); });
  }

  void close() {
    ErrorCode ignored;
    acceptor.close(ignored);
    pause.cancel();
    for (const auto& session : std::set(sessions)) session->close();
    listener.close();
  }

  UnixListener listener;
  asio::local::stream_protocol::acceptor acceptor;
  asio::steady_timer pause;
  const Handler handler;
  std::set<std::shared_ptr<Session>> sessions;
};

ControlServer::ControlServer(std::shared_ptr<State> state) : state_(std::move(state)) {}
ControlServer::~ControlServer() { state_->close(); }

Result<std::unique_ptr<ControlServer>> ControlServer::listen(boost::asio::io_context& io, const std::string& path, Handler handler) {
  auto listener = UnixListener::listen(path, "control socket", most_sessions);
  if (!listener) return std::move(listener.error());
  const int own = ::fcntl(listener->get(), F_DUPFD_CLOEXEC, 0);
  if (own < 0) return os_error("use socket", path, errno);
  auto state = std::make_shared<State>(io, own, std::move(*listener), std::move(handler));
  state->accept();
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(state)));
}

}  // namespace vigil::watch
