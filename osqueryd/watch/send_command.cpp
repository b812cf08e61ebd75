// SPDX-License-Identifier: Apache-2.0
#include <sys/time.h>

#include <cerrno>

#include "core/base/unix_socket.h"
#include "osqueryd/watch/control.h"
#include "osqueryd/watch/control_protocol.h"

namespace vigil::watch {

Result<std::string> send_command(const std::string& path, const std::string& command) {
  if (auto sane = parse_command(command); !sane) return std::move(sane.error());
  if (command.size() >= longest_command) return Error{"the command is too long"};
  const auto address = socket_address(path);
  if (!address) return address.error();

  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience = {io_seconds, 0};
  for (const int which : {SO_RCVTIMEO, SO_SNDTIMEO}) ::setsockopt(socket.get(), SOL_SOCKET, which, &patience, sizeof patience);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) return os_error("connect to", path, errno);

  const std::string line = command + "\n";
  if (::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) return os_error("write to", path, errno);
  std::string answer;
  char part[16 * 1024];
  while (answer.size() < longest_answer) {
    const ssize_t n = ::recv(socket.get(), part, sizeof part, 0);
    if (n < 0) return os_error("read from", path, errno);
    if (n == 0) return parse_answer(answer);
    answer.append(part, static_cast<size_t>(n));
  }
  return Error{"the answer of '" + path + "' is too long"};
}

}  // namespace vigil::watch
