// SPDX-License-Identifier: Apache-2.0
// listening_ports: what "ss -lnp" lists, in every network namespace.
//
// The kernel is asked for listeners only, so established connections cost
// nothing but their descriptors in /proc/<pid>/fd.

#include "listening_ports.gen.h"

#include <sys/socket.h>

#include "core/host/processes.h"
#include "core/host/sockets.h"

namespace vigil::tables::listening_ports {

sql::Rows<Row> scan(Query query) {
  const auto pids = co_await process_ids(query.host());
  const SocketOwners known = socket_owners(query.host(), pids);
  if (known.hidden() > 0) query.warn("the sockets of " + std::to_string(known.hidden()) + " processes of other users are shown without their owner");

  for (const NetNamespace& space : known.namespaces()) {
    for (const parse::Socket& socket : open_sockets(query.host(), space, WhichSockets::listening)) {
      Row row;
      row.port = socket.local_port;
      row.protocol = socket.protocol;
      row.family = socket.family;
      row.address = socket.local_address();
      row.socket = socket.family == AF_UNIX ? 0 : static_cast<int64_t>(socket.inode);
      row.path = socket.path;
      row.net_namespace = std::to_string(space.inode);
      for (const SocketOwner& owner : known.of(socket.inode)) {
        row.pid = owner.pid;
        row.fd = owner.fd;
        co_yield row;
      }
    }
  }
}

}  // namespace vigil::tables::listening_ports
