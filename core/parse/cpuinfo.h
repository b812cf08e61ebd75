// SPDX-License-Identifier: Apache-2.0
// /proc/cpuinfo. Its labels differ from architecture to architecture; what a
// kernel does not tell is left empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

// One logical CPU that is online.
struct Processor {
  int64_t number = 0;
  std::optional<int64_t> package, core;   // "physical id" and "core id"
  std::string vendor, model_name, model;  // "model" is a number, as text
  std::string microcode;                  // as it is written: 0xd0003a5
  std::optional<int64_t> mhz;             // what it runs at now, rounded
  bool long_mode = false;                 // has the flag "lm": 64 bits, on x86
};

std::vector<Processor> cpuinfo(std::string_view text);

// Distinct packages, and distinct cores of all packages; nothing when the file does not tell.
struct Topology {
  std::optional<int64_t> packages, cores;
};
Topology topology(const std::vector<Processor>& processors);

}  // namespace vigil::parse
