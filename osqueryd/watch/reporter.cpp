// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/reporter.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "core/base/clock.h"
#include "core/parse/text.h"
#include "osqueryd/watch/names.h"
#include "osqueryd/watch/notify.h"

namespace vigil::watch {
namespace {

bool is_socket(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

}  // namespace

Reporter Reporter::from_environment() {
  Reporter reporter;
  const char* text = std::getenv(report_variable);
  const auto fd = text ? parse::number<int>(text) : std::nullopt;
  ::unsetenv(report_variable);
  if (!fd || *fd <= STDERR_FILENO || !is_socket(*fd)) return reporter;
  ::fcntl(*fd, F_SETFD, FD_CLOEXEC);
  reporter.socket_ = Fd(*fd);
  ::prctl(PR_SET_NAME, ::program_invocation_short_name);
  return reporter;
}

void Reporter::tell(std::string_view message) const {
  if (!socket_) return notify(message);
  // A watcher that is slow or gone is no reason to wait or to fail.
  (void)::send(socket_.get(), message.data(), std::min<size_t>(message.size(), report_size), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void Reporter::reloading() const {
  // systemd asks for the time too, to tell this reload from an earlier one.
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(SystemClock().steady()));
}

void Reporter::status(std::string_view text) const { tell("STATUS=" + std::string(text.substr(0, text.find('\n')))); }

int64_t Reporter::interval() const {
  constexpr int64_t longest = 5 * Clock::second;
  const int64_t wanted = socket_ ? 0 : watchdog_interval();
  return wanted > 0 ? std::min(longest, wanted / 3) : longest;
}

ParentWatch::ParentWatch(const Reporter& reporter, std::function<void()> gone) : stop_(::eventfd(0, EFD_CLOEXEC)) {
  if (reporter.descriptor() < 0) return;
  thread_ = std::thread([stop = stop_.get(), parent = reporter.descriptor(), gone = std::move(gone)] {
    pollfd polled[] = {{stop, POLLIN, 0}, {parent, 0, 0}};
    while (::poll(polled, 2, -1) < 0 && errno == EINTR) continue;
    if (polled[0].revents == 0 && polled[1].revents != 0) gone();
  });
}

ParentWatch::~ParentWatch() {
  if (!thread_.joinable()) return;
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

}  // namespace vigil::watch
