// SPDX-License-Identifier: Apache-2.0
// Netlink: dumps of kernel tables, netlink(7), as the bytes that the kernel
// sends: all messages of the answer, without the one that ends it.
//
// A directory answers a dump from the file "@<fact>" at its top, so what reads
// the bytes (core/parse/netlink.h, core/parse/socket.h) runs in every test.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/host/host.h"

namespace vigil {

class Netlink {
 public:
  // Asks in the engine's own network namespace.
  explicit Netlink(const Host& host) : host_(host) {}
  // Asks in the network namespace with this inode number, in which process
  // `pid` is; needs CAP_SYS_ADMIN unless it is the engine's own.
  Netlink(const Host& host, int64_t pid, uint64_t inode) : host_(host), pid_(pid), inode_(inode) {}

  // Sends a dump request to a netlink family (NETLINK_ROUTE ...). A table that
  // changed meanwhile is asked for again, a few times.
  Result<std::string> dump(std::string_view fact, int family, uint16_t type, std::string_view body);

  template <class Fixed>
  Result<std::string> dump(std::string_view fact, int family, uint16_t type, const Fixed& body) {
    return dump(fact, family, type, std::string_view(reinterpret_cast<const char*>(&body), sizeof body));
  }

 private:
  Result<Fd> connect(int family) const;
  Result<std::string> ask(int family, uint16_t type, std::string_view body);

  Host host_;
  int64_t pid_ = 0;
  uint64_t inode_ = 0;
  int family_ = -1;  // of socket_
  Fd socket_;
  uint32_t sequence_ = 0;
};

}  // namespace vigil
