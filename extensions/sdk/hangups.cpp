// SPDX-License-Identifier: Apache-2.0
#include "extensions/sdk/hangups.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <cerrno>

namespace vigil::sdk {

Result<std::unique_ptr<Hangups>> Hangups::make() {
  Fd epoll(::epoll_create1(EPOLL_CLOEXEC)), end(::eventfd(0, EFD_CLOEXEC));
  if (!epoll || !end) return os_error("open", "epoll", errno);
  epoll_event event{EPOLLIN, {.fd = end.get()}};
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, end.get(), &event) != 0) return os_error("watch", "eventfd", errno);
  return std::unique_ptr<Hangups>(new Hangups(std::move(epoll), std::move(end)));
}

Hangups::Hangups(Fd epoll, Fd end) : epoll_(std::move(epoll)), end_(std::move(end)), thread_([this] { run(); }) {}

Hangups::~Hangups() {
  ::eventfd_write(end_.get(), 1);
  thread_.join();
}

void Hangups::run() {
  while (true) {
    epoll_event event{};
    if (::epoll_wait(epoll_.get(), &event, 1, -1) < 1) continue;
    if (event.data.fd == end_.get()) return;
    const std::lock_guard lock(mutex_);
    // A closed socket stays readable; it is told once.
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, event.data.fd, nullptr);
    if (const auto at = watched_.find(event.data.fd); at != watched_.end()) {
      *at->second = true;
      at->second->notify_all();
    }
  }
}

Hangups::Watch::Watch(Hangups& hangups, int socket, std::atomic<bool>& stop) : hangups_(hangups), socket_(socket) {
  const std::lock_guard lock(hangups_.mutex_);
  hangups_.watched_[socket_] = &stop;
  epoll_event event{EPOLLRDHUP, {.fd = socket_}};
  ::epoll_ctl(hangups_.epoll_.get(), EPOLL_CTL_ADD, socket_, &event);
}

Hangups::Watch::~Watch() {
  const std::lock_guard lock(hangups_.mutex_);
  ::epoll_ctl(hangups_.epoll_.get(), EPOLL_CTL_DEL, socket_, nullptr);
  hangups_.watched_.erase(socket_);
}

}  // namespace vigil::sdk
