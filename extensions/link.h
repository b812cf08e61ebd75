// SPDX-License-Identifier: Apache-2.0
// Link: the way to one registered extension. From any thread.
#pragma once

#include <atomic>
#include <string>

#include "core/base/result.h"
#include "extensions/protocol.h"

namespace vigil::extensions {

class Link {
 public:
  virtual ~Link() = default;
  virtual int64_t uuid() const = 0;
  // The extension's name, for messages.
  virtual const std::string& name() const = 0;
  // Asks a plugin of the extension. An error, which names the extension, when it
  // is gone, does not answer in time, or answers what is no answer; `stop`, which
  // may be null, ends the call early.
  virtual Result<Answer> call(const std::string& registry, const std::string& item, const Request& request, const std::atomic<bool>* stop) = 0;
};

}  // namespace vigil::extensions
