// SPDX-License-Identifier: Apache-2.0
// process_open_sockets: what "ss -anp" lists, in every network namespace.
//
// Who holds a socket is found by reading the links of /proc/<pid>/fd, which is
// most of the cost; a pinned pid reads those of one process. The sockets are
// listed after the owners: one opened in between has no owner.

#include "process_open_sockets.gen.h"

#include <sys/socket.h>

#include <algorithm>

#include "core/host/sockets.h"

namespace vigil::tables::process_open_sockets {
namespace {

// The owners that the query admits; nothing else is read when all of them are pinned.
Result<SocketOwners> owners(const Query& query) {
  const auto& pid = query.keys.pid;
  const bool unowned = pid.admits(-1);  // these are known only when all owners are
  if (pid.pinned() && !unowned) return socket_owners(query.host(), pid.values());
  return socket_owners(query.host());
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  if (query.keys.pid.pinned() && query.keys.pid.values().empty()) co_return;
  const SocketOwners known = co_await owners(query);
  if (known.hidden() > 0) query.warn("the sockets of " + std::to_string(known.hidden()) + " processes of other users are shown without their owner");

  for (const NetNamespace& space : known.namespaces()) {
    for (const parse::Socket& socket : open_sockets(query.host(), space, WhichSockets::all)) {
      for (const SocketOwner& owner : known.of(socket.inode)) {
        if (!query.keys.pid.admits(owner.pid)) continue;
        Row row;
        row.pid = owner.pid;
        row.fd = owner.fd;
        row.socket = static_cast<int64_t>(socket.inode);
        row.family = socket.family;
        row.protocol = socket.protocol;
        row.local_address = socket.local_address();
        row.remote_address = socket.remote_address();
        row.local_port = socket.local_port;
        row.remote_port = socket.remote_port;
        row.path = socket.path;
        row.state = std::string(parse::state_name(socket));
        row.net_namespace = std::to_string(space.inode);
        co_yield row;
      }
    }
  }
}

}  // namespace vigil::tables::process_open_sockets
