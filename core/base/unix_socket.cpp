// SPDX-License-Identifier: Apache-2.0
#include "core/base/unix_socket.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace vigil {
namespace {

Result<void> make_directory_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == path.npos || slash == 0) return {};
  const std::string directory = path.substr(0, slash);
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return os_error("create", directory, errno);
  return {};
}

// True when nobody listens on the socket and nobody will.
bool dead(const sockaddr_un& address) {
  const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return probe && ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
}

Result<void> clear_way(const std::string& path, const sockaddr_un& address, std::string_view what) {
  struct stat s;
  if (::lstat(path.c_str(), &s) != 0) return errno == ENOENT ? Result<void>() : os_error("stat", path, errno);
  if (!S_ISSOCK(s.st_mode)) return Error{"'" + path + "' is in the way and is no socket"};
  if (!dead(address)) return Error{std::string(what) + " '" + path + "' is in use by another process"};
  if (::unlink(path.c_str()) != 0) return os_error("remove", path, errno);
  return {};
}

}  // namespace

Result<sockaddr_un> socket_address(const std::string& path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return os_error("use socket", path, path.empty() ? EINVAL : ENAMETOOLONG);
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  return address;
}

Result<UnixListener> UnixListener::listen(const std::string& path, std::string_view what, int backlog) {
  const auto address = socket_address(path);
  if (!address) return address.error();
  if (auto made = make_directory_of(path); !made) return std::move(made.error());
  if (auto clear = clear_way(path, *address, what); !clear) return std::move(clear.error());
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Before bind(), so that the file never has another mode.
  if (!socket || ::fchmod(socket.get(), 0600) != 0) return os_error("create socket", path, errno);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) return os_error("bind", path, errno);
  struct stat made;
  if (::lstat(path.c_str(), &made) != 0) return os_error("stat", path, errno);
  UnixListener listener(path, std::move(socket), made);
  if (::listen(listener.get(), backlog) != 0) return os_error("listen on", path, errno);
  return listener;
}

void UnixListener::close() {
  if (!socket_) return;
  struct stat now;
  if (::lstat(path_.c_str(), &now) == 0 && now.st_dev == made_.st_dev && now.st_ino == made_.st_ino) ::unlink(path_.c_str());
  socket_ = Fd();
}

void remove_dead_sockets(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string directory = slash == path.npos ? "." : path.substr(0, slash + 1), prefix = path.substr(slash + 1) + ".";
  std::error_code failed;
  for (std::filesystem::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename(), number = name.starts_with(prefix) ? name.substr(prefix.size()) : "";
    if (number.empty() || !std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; })) continue;
    const std::string socket = at->path();
    struct stat s;
    if (::lstat(socket.c_str(), &s) != 0 || !S_ISSOCK(s.st_mode)) continue;
    if (const auto address = socket_address(socket); address && dead(*address)) ::unlink(socket.c_str());
  }
}

Result<ucred> peer_of(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return os_error("ask for the peer of", "socket", errno);
  return peer;
}

bool may_command(const ucred& peer) { return peer.uid == 0 || peer.uid == ::geteuid(); }

}  // namespace vigil
