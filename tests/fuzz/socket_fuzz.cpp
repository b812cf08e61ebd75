// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstdlib>

#include "core/parse/socket.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::vector<parse::Socket> all;
  parse::diag_inet_sockets(bytes, IPPROTO_TCP, all);
  parse::diag_unix_sockets(bytes, all);
  parse::listed_inet_sockets(bytes, AF_INET, IPPROTO_TCP, all);
  parse::listed_inet_sockets(bytes, AF_INET6, IPPROTO_UDP, all);
  parse::listed_unix_sockets(bytes, all);
  parse::listed_packet_sockets(bytes, all);
  if (all.size() > size) std::abort();
  for (const auto& socket : all) {
    if (socket.path.size() > size) std::abort();
    const bool inet = socket.family == AF_INET || socket.family == AF_INET6;
    if (socket.local_address().empty() == inet || socket.remote_address().empty() == inet) std::abort();
    if (inet && socket.protocol == IPPROTO_TCP && state_name(socket).empty()) std::abort();
  }
  return 0;
}
