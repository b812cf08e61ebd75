// SPDX-License-Identifier: Apache-2.0
// What is understood comes back as it was after it is written again.
#include <cstdlib>

#include "osqueryd/watch/last_end.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil::watch;
  const LastEnd end = parse_last_end(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!end.known) return 0;
  const LastEnd again = parse_last_end(to_text(end));
  if (!again.known || again.signal != end.signal || again.limit != end.limit || again.reason != end.reason || again.time != end.time) std::abort();
  return 0;
}
