// SPDX-License-Identifier: Apache-2.0
// UNIX stream sockets by path: to listen on one and to know who is at the other
// end.
#pragma once

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <string>
#include <string_view>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace vigil {

Result<sockaddr_un> socket_address(const std::string& path);

// A socket that listens, and its file.
class UnixListener {
 public:
  // Makes the socket with mode 0600, and its directory with mode 0700 where
  // there is none; takes over a dead socket, never one that is in use. `what`
  // says in errors what the socket is.
  static Result<UnixListener> listen(const std::string& path, std::string_view what, int backlog);
  UnixListener(UnixListener&& other) noexcept = default;
  UnixListener& operator=(UnixListener&&) = delete;
  ~UnixListener() { close(); }

  int get() const { return socket_.get(); }
  // Removes the file, unless somebody has replaced it.
  void close();

 private:
  UnixListener(std::string path, Fd socket, const struct stat& made) : path_(std::move(path)), socket_(std::move(socket)), made_(made) {}

  std::string path_;
  Fd socket_;
  struct stat made_;
};

// Removes the sockets `<path>.<number>` on which nobody listens.
void remove_dead_sockets(const std::string& path);

// The process at the other end, by the kernel's word.
Result<ucred> peer_of(int socket);
// True for root and for this process's user.
bool may_command(const ucred& peer);

}  // namespace vigil
