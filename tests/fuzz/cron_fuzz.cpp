// SPDX-License-Identifier: Apache-2.0
// The first eight bytes are a time, the rest is when something is due.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "osqueryd/schedule/cron.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  uint64_t time = 0;
  if (size < sizeof time) return 0;
  std::memcpy(&time, data, sizeof time);
  const auto after = static_cast<int64_t>(time % 10'000'000'000);
  const auto cron = vigil::schedule::Cron::parse({reinterpret_cast<const char*>(data) + sizeof time, size - sizeof time});
  if (!cron) {
    if (cron.error().message.empty()) std::abort();
    return 0;
  }
  const int64_t first = cron->next(after);
  // Whole minutes, each later than the one before, and the first of them.
  if (first <= after || first % 60 != 0 || cron->next(first - 1) != first || cron->next(first) <= first) std::abort();
  return 0;
}
