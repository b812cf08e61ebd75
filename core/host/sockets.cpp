// SPDX-License-Identifier: Apache-2.0
#include "core/host/sockets.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>

#include "core/host/netlink.h"
#include "core/host/processes.h"
#include "core/parse/process.h"
#include "core/parse/text.h"

namespace vigil {
namespace {

// Bits of states, as sock_diag(7) takes them: 10 is TCP's LISTEN.
constexpr uint32_t any_state = ~0u, listening_state = 1u << 10;

enum class Ask : uint8_t { diag, file };

// Of a kind that open_sockets() lists, as the socket's own attribute tells:
// "TCPv6", "UNIX-STREAM", but not "NETLINK".
bool is_listed(const Host& host, const SocketOwner& owner) {
  const auto attributes = host.root().attributes("/proc/" + std::to_string(owner.pid) + "/fd/" + std::to_string(owner.fd));
  if (!attributes) return false;
  for (const auto& [name, value] : *attributes)
    if (name == "system.sockprotoname")
      for (const char* kind : {"TCP", "UDP", "RAW", "PING", "UNIX", "PACKET"})
        if (value.starts_with(kind)) return true;
  return false;
}

// Has no peer and can get one.
bool waits(const parse::Socket& socket) { return socket.family == AF_UNIX ? !socket.path.empty() : socket.remote_port == 0; }

class Namespace {
 public:
  Namespace(const Host& host, int64_t pid, uint64_t inode, WhichSockets which)
      : host_(host),
        netlink_(host, pid, inode),
        files_("/proc/" + std::to_string(pid) + "/net/"),
        fact_("sock_diag." + std::to_string(inode) + "."),
        which_(which) {}

  // Internet sockets of one protocol and family; `name` is that of the file.
  void add_inet(const char* name, uint16_t family, uint16_t protocol, Ask first) {
    inet_diag_req_v2 request = {};
    request.sdiag_family = static_cast<uint8_t>(family);
    request.sdiag_protocol = static_cast<uint8_t>(protocol);
    // Without other states than these the kernel skips its table of connections.
    request.idiag_states = protocol == IPPROTO_TCP && which_ == WhichSockets::listening ? listening_state : any_state;
    if (const auto dump = first == Ask::diag ? ask(name, request) : std::nullopt) {
      parse::diag_inet_sockets(*dump, protocol, sockets);
    } else if (const auto text = file(name)) {
      parse::listed_inet_sockets(*text, family, protocol, sockets);
    }
  }

  void add_unix() {
    unix_diag_req request = {};
    request.sdiag_family = AF_UNIX;
    request.udiag_states = any_state;
    request.udiag_show = UDIAG_SHOW_NAME;
    if (const auto dump = ask("unix", request)) {
      parse::diag_unix_sockets(*dump, sockets);
    } else if (const auto text = file("unix")) {
      parse::listed_unix_sockets(*text, sockets);
    }
  }

  void add_packet() {
    if (const auto text = file("packet")) parse::listed_packet_sockets(*text, sockets);
  }

  std::vector<parse::Socket> sockets;
  bool answered = false;  // something could be asked or read

 private:
  template <class Request>
  std::optional<std::string> ask(const char* name, const Request& request) {
    if (refused_) return std::nullopt;
    auto dump = netlink_.dump(fact_ + name, NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, request);
    if (dump) {
      answered = true;
      return std::move(*dump);
    }
    // Not allowed into the namespace: no other question will fare better.
    refused_ = dump.error().code == EPERM || dump.error().code == EACCES;
    return std::nullopt;
  }

  std::optional<std::string> file(const char* name) {
    auto text = host_.read(files_ + name);
    if (!text) return std::nullopt;
    answered = true;
    return std::move(*text);
  }

  Host host_;
  Netlink netlink_;
  const std::string files_, fact_;
  const WhichSockets which_;
  bool refused_ = false;
};

}  // namespace

std::span<const SocketOwner> SocketOwners::of(uint64_t inode) const {
  static constexpr SocketOwner nobody;
  const auto before = [](const SocketOwner& owner, uint64_t number) { return owner.inode < number; };
  const auto first = inode == 0 ? owners_.end() : std::lower_bound(owners_.begin(), owners_.end(), inode, before);
  auto last = first;
  while (last != owners_.end() && last->inode == inode) ++last;
  if (first == last) return {&nobody, 1};
  return {&*first, static_cast<size_t>(last - first)};
}

void SocketOwners::add(const Host& host, int64_t pid) {
  const auto process = enter_process(host, pid);
  if (!process) return;
  const auto listed = process->links("fd", [&](std::string_view name, std::string_view target) {
    const auto inode = parse::link_number(target, "socket");
    const auto fd = inode ? parse::number(name) : std::nullopt;
    if (fd) owners_.push_back({static_cast<uint64_t>(*inode), pid, *fd});
  });
  if (!listed && (listed.error().code == EACCES || listed.error().code == EPERM)) ++hidden_;
  add_namespace(*process, pid);
}

void SocketOwners::add_namespace(const Dir& process, int64_t pid) {
  const auto link = process.link("ns/net");
  const auto number = link ? parse::link_number(*link, "net") : std::nullopt;
  if (!number) return;
  const auto inode = static_cast<uint64_t>(*number);
  const auto known = std::find_if(namespaces_.begin(), namespaces_.end(), [&](const NetNamespace& n) { return n.inode == inode; });
  if (known == namespaces_.end()) {
    namespaces_.push_back({inode, {pid}});
  } else if (known->pids.size() < 8) {
    known->pids.push_back(pid);
  }
}

void SocketOwners::sort() {
  std::sort(owners_.begin(), owners_.end(),
            [](const SocketOwner& a, const SocketOwner& b) { return std::tie(a.inode, a.pid, a.fd) < std::tie(b.inode, b.pid, b.fd); });
}

std::vector<NetNamespace> SocketOwners::elsewhere(const Host& host, const std::unordered_set<uint64_t>& seen) const {
  const bool missing =
      std::any_of(owners_.begin(), owners_.end(), [&](const SocketOwner& owner) { return !seen.contains(owner.inode) && is_listed(host, owner); });
  const auto pids = missing ? process_ids(host) : Result<std::vector<int64_t>>(std::vector<int64_t>());
  if (!pids) return {};
  SocketOwners all;
  for (const int64_t pid : *pids)
    if (const auto process = enter_process(host, pid)) all.add_namespace(*process, pid);
  std::erase_if(all.namespaces_, [&](const NetNamespace& space) {
    return std::any_of(namespaces_.begin(), namespaces_.end(), [&](const NetNamespace& known) { return known.inode == space.inode; });
  });
  return all.namespaces_;
}

SocketOwners socket_owners(const Host& host, const std::vector<int64_t>& pids) {
  SocketOwners all;
  for (const int64_t pid : pids) all.add(host, pid);
  all.sort();
  return all;
}

std::vector<parse::Socket> open_sockets(const Host& host, const NetNamespace& space, WhichSockets which) {
  for (const int64_t pid : space.pids) {
    Namespace source(host, pid, space.inode, which);
    source.add_inet("tcp", AF_INET, IPPROTO_TCP, Ask::diag);
    source.add_inet("tcp6", AF_INET6, IPPROTO_TCP, Ask::diag);
    source.add_inet("udp", AF_INET, IPPROTO_UDP, Ask::diag);
    source.add_inet("udp6", AF_INET6, IPPROTO_UDP, Ask::diag);
    // Of these there are few. A dump would save nothing, and where the kernel
    // has none for them the question alone starts modprobe(8).
    source.add_inet("udplite", AF_INET, IPPROTO_UDPLITE, Ask::file);
    source.add_inet("udplite6", AF_INET6, IPPROTO_UDPLITE, Ask::file);
    source.add_inet("raw", AF_INET, IPPROTO_RAW, Ask::file);
    source.add_inet("raw6", AF_INET6, IPPROTO_RAW, Ask::file);
    source.add_inet("icmp", AF_INET, IPPROTO_ICMP, Ask::file);
    source.add_inet("icmp6", AF_INET6, IPPROTO_ICMPV6, Ask::file);
    source.add_unix();
    source.add_packet();
    if (!source.answered) continue;
    if (which == WhichSockets::listening) std::erase_if(source.sockets, [](const parse::Socket& socket) { return !waits(socket); });
    return std::move(source.sockets);
  }
  return {};
}

}  // namespace vigil
