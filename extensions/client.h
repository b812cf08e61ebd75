// SPDX-License-Identifier: Apache-2.0
// Client: one connection to an extension, or to the program that admits them.
//
// Belongs to one thread at a time. After an error of the transport or a reply
// that is no Thrift the connection is of no further use.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "extensions/protocol.h"

namespace vigil::extensions {

// Bounds of one call. What is read beyond them is not kept in memory.
struct Bounds {
  std::chrono::milliseconds timeout{300'000};  // for the whole call, its connecting included
  const std::atomic<bool>* stop = nullptr;     // ends the call soon after it becomes true; may be null
  uint64_t string_max = 0;                     // bytes of one text; 0: no bound but the next
  uint64_t message_max = uint64_t{256} << 20;  // bytes of one message
};

class Client {
 public:
  virtual ~Client() = default;
  virtual Result<Status> ping(const Bounds& bounds) = 0;
  virtual Result<Answer> call(const std::string& registry, const std::string& item, const Request& request, const Bounds& bounds) = 0;
  virtual Result<void> shutdown(const Bounds& bounds) = 0;

  // Only of the program that admits extensions.
  virtual Result<Extensions> extensions(const Bounds& bounds) = 0;
  virtual Result<Options> options(const Bounds& bounds) = 0;
  virtual Result<Status> register_extension(const Info& info, const Routes& routes, const Bounds& bounds) = 0;
  virtual Result<Status> deregister_extension(int64_t uuid, const Bounds& bounds) = 0;
  virtual Result<Answer> query(const std::string& sql, const Bounds& bounds) = 0;
  virtual Result<Answer> query_columns(const std::string& sql, const Bounds& bounds) = 0;
};

}  // namespace vigil::extensions
