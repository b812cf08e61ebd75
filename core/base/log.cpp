// SPDX-License-Identifier: Apache-2.0
#include "core/base/log.h"

#include <string_view>
#include <utility>

namespace vigil {
namespace {

LogLine make(Severity severity, std::string message, const std::source_location& at) {
  const std::string_view path = at.file_name();
  return {severity, std::string(path.substr(path.rfind('/') + 1)), at.line(), std::move(message)};
}

}  // namespace

void Log::info(std::string message, std::source_location at) { write(make(Severity::info, std::move(message), at)); }
void Log::warning(std::string message, std::source_location at) { write(make(Severity::warning, std::move(message), at)); }
void Log::error(std::string message, std::source_location at) { write(make(Severity::error, std::move(message), at)); }

}  // namespace vigil
