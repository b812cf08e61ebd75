// SPDX-License-Identifier: Apache-2.0
// The open sockets of a host and the processes that hold them, in every
// network namespace that some process is in.
//
// The kernel lists the sockets of a namespace by inode number and does not say
// whose they are; /proc/<pid>/fd says who holds which inode. Reading these
// links is what takes the time: about a microsecond for each descriptor.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_set>
#include <vector>

#include "core/host/host.h"
#include "core/parse/socket.h"

namespace vigil {

struct SocketOwner {
  uint64_t inode = 0;
  int64_t pid = -1, fd = -1;
};

struct NetNamespace {
  uint64_t inode = 0;
  std::vector<int64_t> pids;  // some processes in it: if one ends, the next can be asked
};

class SocketOwners {
 public:
  // Everything that holds a socket, one entry for each descriptor; nobody at
  // all gives one entry with pid and fd -1. Sorted by pid and fd.
  std::span<const SocketOwner> of(uint64_t inode) const;

  // Those that the processes are in.
  const std::vector<NetNamespace>& namespaces() const { return namespaces_; }
  // Those to look in for sockets that are not among `seen`: a process may hold
  // one of another namespace, handed to it or made before it moved. All
  // processes are asked where they are, but only if there is such a socket.
  std::vector<NetNamespace> elsewhere(const Host& host, const std::unordered_set<uint64_t>& seen) const;
  // Processes whose descriptors the caller may not see.
  size_t hidden() const { return hidden_; }

 private:
  friend SocketOwners socket_owners(const Host&, const std::vector<int64_t>& pids);
  void add(const Host& host, int64_t pid);
  void add_namespace(const Dir& process, int64_t pid);
  void sort();

  std::vector<SocketOwner> owners_;
  std::vector<NetNamespace> namespaces_;
  size_t hidden_ = 0;
};

// What these processes hold, those of them that exist.
SocketOwners socket_owners(const Host& host, const std::vector<int64_t>& pids);

enum class WhichSockets : uint8_t { all, listening };

// The sockets of one namespace, through sock_diag(7) dumps of TCP, UDP and
// UNIX sockets and, for all others and where dumps are refused, from the files
// of /proc/<pid>/net. `listening` leaves out what has a remote port, and UNIX
// sockets without a path.
std::vector<parse::Socket> open_sockets(const Host& host, const NetNamespace& space, WhichSockets which);

}  // namespace vigil
