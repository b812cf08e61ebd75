// SPDX-License-Identifier: Apache-2.0
// Bytes as a process finds them on a connected socket: all that the other side
// has sent before it ended.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <cstdlib>

#include "core/base/fd.h"

namespace vigil {

// `other` is the other side, which takes what is written.
inline Fd socket_with(const uint8_t* data, size_t size, Fd& other) {
  int both[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) != 0) std::abort();
  Fd ours(both[0]);
  other = Fd(both[1]);
  // More than fits into the socket is cut off.
  if (size > 0 && ::send(other.get(), data, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) std::abort();
  ::shutdown(other.get(), SHUT_WR);
  return ours;
}

}  // namespace vigil
