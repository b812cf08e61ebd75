// SPDX-License-Identifier: Apache-2.0
// Service: what can be called over a socket. ExtensionService is what every
// extension answers; ManagerService is what the program answers that admits them.
//
// Each connection calls from a thread of its own.
#pragma once

#include <string>

#include "extensions/protocol.h"

namespace vigil::extensions {

class ExtensionService {
 public:
  virtual ~ExtensionService() = default;
  virtual Status ping() = 0;
  virtual Answer call(const std::string& registry, const std::string& item, const Request& request) = 0;
  virtual void shutdown() = 0;
};

class ManagerService : public ExtensionService {
 public:
  virtual Extensions extensions() = 0;
  virtual Options options() = 0;
  virtual Status register_extension(const Info& info, const Routes& routes, const Peer& peer) = 0;
  virtual Status deregister_extension(int64_t uuid) = 0;
  virtual Answer query(const std::string& sql) = 0;
  virtual Answer query_columns(const std::string& sql) = 0;
};

}  // namespace vigil::extensions
