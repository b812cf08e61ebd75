// SPDX-License-Identifier: Apache-2.0
#include "core/base/result.h"

#include <cstring>

namespace vigil {

Error os_error(const char* verb, std::string_view object, int code) {
  char reason[128];
  return {std::string(verb) + " '" + std::string(object) + "': " + ::strerror_r(code, reason, sizeof reason), code};
}

}  // namespace vigil
