// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "core/base/fd.h"

namespace vigil::watch {
namespace {

int64_t number(const char* text) {
  int64_t value = 0;
  if (text) std::from_chars(text, text + std::strlen(text), value);
  return value;
}

}  // namespace

void notify(std::string_view state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (!path || std::strlen(path) < 2 || std::strlen(path) >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path, std::strlen(path));
  // A leading @ stands for the zero byte of an abstract name.
  if (path[0] == '@') address.sun_path[0] = '\0';

  const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path));
  // A manager that does not listen is no reason to fail.
  (void)::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
}

int64_t watchdog_interval() {
  const int64_t pid = number(std::getenv("WATCHDOG_PID"));
  if (pid != 0 && pid != ::getpid()) return 0;
  return number(std::getenv("WATCHDOG_USEC"));
}

}  // namespace vigil::watch
