// SPDX-License-Identifier: Apache-2.0
#include "core/base/uuid.h"

#include <sys/random.h>

#include <cstdio>

namespace vigil {

std::string random_uuid() {
  unsigned char b[16] = {};
  // Cannot fail for so few bytes once the kernel's generator is seeded, and waits until then.
  while (::getrandom(b, sizeof b, 0) < 0) continue;
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  char text[37];
  std::snprintf(text, sizeof text, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5], b[6],
                b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
  return text;
}

}  // namespace vigil
