// SPDX-License-Identifier: Apache-2.0
// Plugin: where distributed queries come from and their answers go to.
#pragma once

#include <atomic>
#include <string>

#include "core/base/result.h"

namespace vigil::distributed {

// Called by one thread at a time. Either call may block; it has to end soon
// after `stop` becomes true, with any result.
class Plugin {
 public:
  virtual ~Plugin() = default;
  // What is asked, as JSON (request.h); an empty text when nothing is.
  virtual Result<std::string> read(const std::atomic<bool>& stop) = 0;
  // Takes answers, as JSON (answer.h). After an error they come again.
  virtual Result<void> write(const std::string& answers, const std::atomic<bool>& stop) = 0;
};

}  // namespace vigil::distributed
