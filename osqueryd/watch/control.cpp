// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/control.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <set>

#include "core/base/fd.h"
#include "osqueryd/watch/control_protocol.h"

namespace vigil::watch {
namespace {

namespace asio = boost::asio;
using Socket = asio::local::stream_protocol::socket;
using ErrorCode = boost::system::error_code;

constexpr size_t most_sessions = 16;

bool may_command(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == 0 || peer.uid == ::geteuid());
}

Result<void> make_directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == path.npos || slash == 0) return {};
  const std::string directory = path.substr(0, slash);
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return os_error("create", directory, errno);
  return {};
}

// Removes a socket that nobody listens on.
Result<void> clear_way(const std::string& path, const sockaddr_un& address) {
  struct stat s;
  if (::lstat(path.c_str(), &s) != 0) return errno == ENOENT ? Result<void>() : os_error("stat", path, errno);
  if (!S_ISSOCK(s.st_mode)) return Error{"'" + path + "' is in the way and is no socket"};
  const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno != ECONNREFUSED)
    return Error{"control socket '" + path + "' is in use by another process"};
  if (::unlink(path.c_str()) != 0) return os_error("remove", path, errno);
  return {};
}

Result<Fd> make_socket(const std::string& path) {
  const auto address = socket_address(path);
  if (!address) return address.error();
  if (auto made = make_directory_of(path); !made) return std::move(made.error());
  if (auto clear = clear_way(path, *address); !clear) return std::move(clear.error());
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Before bind(), so that the file never has another mode.
  if (!socket || ::fchmod(socket.get(), 0600) != 0) return os_error("create socket", path, errno);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) return os_error("bind", path, errno);
  if (::listen(socket.get(), most_sessions) != 0) return os_error("listen on", path, errno);
  return socket;
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
  State(asio::io_context& io, int fd, std::string where, Handler what)
      : acceptor(io, asio::local::stream_protocol(), fd), pause(io), path(std::move(where)), handler(std::move(what)) {}

  void accept() {
    acceptor.async_accept([self = shared_from_this()](ErrorCode error, Socket socket) {
      if (!self->acceptor.is_open()) return;
      if (error) return self->accept_later();
      if (self->sessions.size() < most_sessions && may_command(socket.native_handle())) self->begin(std::move(socket));
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
    struct stat now;
    if (::lstat(path.c_str(), &now) == 0 && now.st_dev == made.st_dev && now.st_ino == made.st_ino) ::unlink(path.c_str());
  }

  asio::local::stream_protocol::acceptor acceptor;
  asio::steady_timer pause;
  const std::string path;
  const Handler handler;
  struct stat made {};  // the socket's file, which another daemon may have replaced
  std::set<std::shared_ptr<Session>> sessions;
};

ControlServer::ControlServer(std::shared_ptr<State> state) : state_(std::move(state)) {}
ControlServer::~ControlServer() { state_->close(); }

Result<std::unique_ptr<ControlServer>> ControlServer::listen(boost::asio::io_context& io, const std::string& path, Handler handler) {
  auto socket = make_socket(path);
  if (!socket) return std::move(socket.error());
  // The acceptor owns and closes its descriptor.
  const int own = ::fcntl(socket->get(), F_DUPFD_CLOEXEC, 0);
  if (own < 0) return os_error("use socket", path, errno);
  auto state = std::make_shared<State>(io, own, path, std::move(handler));
  if (::lstat(path.c_str(), &state->made) != 0) return os_error("stat", path, errno);
  state->accept();
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(state)));
}

}  // namespace vigil::watch
