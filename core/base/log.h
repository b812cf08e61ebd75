// SPDX-License-Identifier: Apache-2.0
// Log: where the program says what it does. Only the edges log - the daemon's
// loops, the program's start; library code returns errors.
#pragma once

#include <cstdint>
#include <string>

namespace vigil {

enum class Severity : uint8_t { info, warning, error, fatal };

// One status line.
struct LogLine {
  Severity severity = Severity::info;
  std::string file;  // last component of the source file's name
  uint32_t line = 0;
  std::string message;
};

class Log {
 public:
  virtual ~Log() = default;
  // From any thread; never blocks on a logger.
  virtual void write(LogLine line) = 0;

  void info(std::string message, const char* file = __builtin_FILE(), uint32_t line = __builtin_LINE());
  void warning(std::string message, const char* file = __builtin_FILE(), uint32_t line = __builtin_LINE());
  void error(std::string message, const char* file = __builtin_FILE(), uint32_t line = __builtin_LINE());
};

}  // namespace vigil
