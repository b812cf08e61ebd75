// SPDX-License-Identifier: Apache-2.0
// What an extension is started with.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace vigil::sdk {

struct Arguments {
  std::string socket = "/var/osquery/osquery.em";
  std::chrono::milliseconds timeout{3000};   // for reaching the core
  std::chrono::milliseconds interval{3000};  // between two looks at whether it is still there
  bool verbose = false, help = false, version = false;
  std::vector<std::string> ignored;  // what is not known

  // The arguments after the program's name; one dash or two, "--name value" or "--name=value".
  static Result<Arguments> parse(std::span<const char* const> words);
};

inline constexpr std::chrono::milliseconds shortest_wait{200};

}  // namespace vigil::sdk
