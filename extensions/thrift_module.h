// SPDX-License-Identifier: Apache-2.0
// What the module "thrift" offers: Thrift's binary protocol over sockets of the
// host. No type of Thrift shows, and nothing of it is loaded before the first
// connection.
#pragma once

#include <memory>
#include <string>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "extensions/client.h"
#include "extensions/service.h"

namespace vigil::extensions {

// Bounds of what one caller may send, and of how long it may take over it.
struct ServeLimits {
  uint64_t string_max = 0;  // bytes of one text; 0: no bound but the next
  uint64_t message_max = uint64_t{64} << 20;
  // A message that has begun has to be whole in this time, and a reply taken. A
  // connection on which nothing is said may stay for ever.
  std::chrono::milliseconds timeout{300'000};
};

}  // namespace vigil::extensions

struct VigilThrift {
  // Answers calls on a connected stream socket until the other side closes it,
  // sends what is no Thrift, or `socket` is shut down (::shutdown) by another
  // thread. `service` is a ManagerService or, with the second, an extension's.
  // The text says why it ended, unless the other side just closed.
  vigil::Result<void> (*serve_manager)(int socket, vigil::extensions::ManagerService& service, const vigil::extensions::Peer& peer,
                                       const vigil::extensions::ServeLimits& limits);
  vigil::Result<void> (*serve_extension)(int socket, vigil::extensions::ExtensionService& service, const vigil::extensions::ServeLimits& limits);
  // Connects to the socket at `path`.
  vigil::Result<std::unique_ptr<vigil::extensions::Client>> (*connect)(const std::string& path, const vigil::extensions::Bounds& bounds);
};

// The module's symbol: const VigilThrift vigil_thrift.
extern "C" const VigilThrift vigil_thrift;
