// SPDX-License-Identifier: Apache-2.0
// process_open_sockets: what "ss -anp" lists, in every network namespace.
//
// Who holds a socket is found by reading the links of /proc/<pid>/fd, which is
// most of the cost; a pinned pid reads those of one process. The sockets are
// listed after the owners: one opened in between has no owner.

#include "process_open_sockets.gen.h"

#include <unordered_set>

#include "core/host/processes.h"
#include "core/host/sockets.h"

namespace vigil::tables::process_open_sockets {

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  // Which sockets nobody holds, pid -1, is known only when all processes are read.
  const bool some = query.keys.pid.pinned() && !query.keys.pid.admits(-1);
  const auto pids = co_await processes_asked(host, some, query.keys.pid.values());
  const SocketOwners known = socket_owners(host, pids);
  if (known.hidden() > 0) query.warn("the sockets of " + std::to_string(known.hidden()) + " processes of other users are shown without their owner");

  std::vector<NetNamespace> spaces = known.namespaces();
  std::unordered_set<uint64_t> seen;
  for (size_t i = 0; i < spaces.size(); ++i) {
    const NetNamespace space = spaces[i];
    for (const parse::Socket& socket : open_sockets(host, space, WhichSockets::all)) {
      for (const SocketOwner& owner : known.of(socket.inode)) {
        if (!query.keys.pid.admits(owner.pid)) continue;
        if (some) seen.insert(socket.inode);
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
    if (some && i + 1 == known.namespaces().size()) {
      const auto others = known.elsewhere(host, seen);
      spaces.insert(spaces.end(), others.begin(), others.end());
    }
  }
}

}  // namespace vigil::tables::process_open_sockets
