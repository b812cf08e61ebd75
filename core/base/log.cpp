// SPDX-License-Identifier: Apache-2.0
#include "core/base/log.h"

#include <string_view>
#include <utility>

namespace vigil {
namespace {

LogLine make(Severity severity, std::string message, std::string_view path, uint32_t line) {
  return {severity, std::string(path.substr(path.rfind('/') + 1)), line, std::move(message)};
}

}  // namespace

void Log::info(std::string message, const char* file, uint32_t line) { write(make(Severity::info, std::move(message), file, line)); }
void Log::warning(std::string message, const char* file, uint32_t line) { write(make(Severity::warning, std::move(message), file, line)); }
void Log::error(std::string message, const char* file, uint32_t line) { write(make(Severity::error, std::move(message), file, line)); }

}  // namespace vigil
