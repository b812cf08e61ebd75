// SPDX-License-Identifier: Apache-2.0
// What a Nursery is told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "extensions/autoload.h"
#include "osqueryd/watch/limits.h"

namespace vigil::watch {

struct NurserySettings {
  extensions::Autoload autoload;
  std::vector<std::string> arguments;  // of every extension, after its path
  Limits limits;
  bool limited = false;  // hold extensions to the limits
  bool allow_unsafe = false;
  int64_t poll = 3 * Clock::second;      // microseconds between two looks at what an extension uses
  int64_t retry = 60 * Clock::second;    // microseconds until one that was not safe is looked at again
  int64_t patience = 4 * Clock::second;  // microseconds that an extension has to end at the end
};

}  // namespace vigil::watch
