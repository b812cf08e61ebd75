// SPDX-License-Identifier: Apache-2.0
#include "core/host/netlink.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>

#include "core/parse/netlink.h"

namespace vigil {
namespace {

// Dumps come in pieces of at most 64 KiB.
constexpr size_t piece = 128 * 1024;
constexpr int attempts = 5;

Error failed(int code) { return Error{std::string("netlink: ") + std::strerror(code), code}; }

// A socket made by a thread that is in the namespace stays there; the calling
// thread is never moved.
Result<Fd> socket_inside(int space, int family) {
  int socket = -1, code = 0;
  std::thread([&] {
    if (::setns(space, CLONE_NEWNET) == 0) socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family);
    if (socket < 0) code = errno;
  }).join();
  if (socket < 0) return failed(code);
  return Fd(socket);
}

// The negative errno that NLMSG_ERROR and NLMSG_DONE carry.
int code_of(std::string_view body) { return body.size() < 4 ? 0 : -parse::fixed_part<int32_t>(body); }

}  // namespace

Result<Fd> Netlink::connect(int family) const {
  Fd socket;
  struct stat own = {}, wanted = {};
  if (inode_ != 0 && ::stat("/proc/thread-self/ns/net", &own) == 0 && own.st_ino != inode_) {
    const auto space = host_.open("/proc/" + std::to_string(pid_) + "/ns/net");
    if (!space) return space.error();
    // The process may have ended and its number be another's by now.
    if (::fstat(space->get(), &wanted) != 0 || wanted.st_ino != inode_) return failed(ESRCH);
    auto inside = socket_inside(space->get(), family);
    if (!inside) return inside;
    socket = std::move(*inside);
  } else {
    socket = Fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family));
    if (!socket) return failed(errno);
  }
  const timeval patience{10, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return socket;
}

Result<std::string> Netlink::ask(int family, uint16_t type, std::string_view body) {
  if (family_ != family) {
    auto socket = connect(family);
    if (!socket) return std::move(socket.error());
    socket_ = std::move(*socket);
    family_ = family;
  }

  const auto buffer = std::make_unique<char[]>(piece);
  for (int attempt = 1;; ++attempt) {
    nlmsghdr head = {};
    head.nlmsg_len = static_cast<uint32_t>(sizeof head + body.size());
    head.nlmsg_type = type;
    head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    head.nlmsg_seq = ++sequence_;
    std::string request(reinterpret_cast<const char*>(&head), sizeof head);
    request += body;
    sockaddr_nl kernel = {};
    kernel.nl_family = AF_NETLINK;
    if (::sendto(socket_.get(), request.data(), request.size(), 0, reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) < 0)
      return failed(errno);

    std::string out;
    bool changed = false;
    std::optional<int> end;
    while (!end) {
      sockaddr_nl from = {};
      socklen_t length = sizeof from;
      const ssize_t n = ::recvfrom(socket_.get(), buffer.get(), piece, MSG_TRUNC, reinterpret_cast<sockaddr*>(&from), &length);
      if (n < 0 && errno == EINTR) continue;
      const int code = n < 0 ? (errno == EAGAIN ? ETIMEDOUT : errno) : static_cast<size_t>(n) > piece ? EMSGSIZE : 0;
      const auto* stop = host_.access().stop;
      if (code != 0 || (stop && stop->load(std::memory_order_relaxed))) {
        family_ = -1;  // the rest of this answer must not be taken for the next one's
        return code != 0 ? failed(code) : Error{"the query was cancelled", ECANCELED};
      }
      if (from.nl_pid != 0) continue;  // not from the kernel
      const std::string_view all(buffer.get(), static_cast<size_t>(n));
      std::string_view rest = all;
      while (!rest.empty() && !end) {
        const size_t start = all.size() - rest.size();
        const auto message = parse::cut_message(rest);
        if (!message || message->sequence != head.nlmsg_seq) continue;
        changed |= (message->flags & NLM_F_DUMP_INTR) != 0;
        if (message->type == NLMSG_DONE || message->type == NLMSG_ERROR) {
          end = code_of(message->body);
        } else {
          out += all.substr(start, all.size() - rest.size() - start);
        }
      }
    }
    if (*end != 0) return failed(*end);
    if (!changed || attempt == attempts) return out;
  }
}

Result<std::string> Netlink::dump(std::string_view fact, int family, uint16_t type, std::string_view body) {
  return host_.fact(fact, [&] { return ask(family, type, body); });
}

}  // namespace vigil
