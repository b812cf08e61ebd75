// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/crontab.h"
#include "core/parse/text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  while (!text.empty()) {
    const auto entry = vigil::parse::cron_line(vigil::parse::cut(text, '\n'));
    if (!entry || !*entry) continue;
    if ((*entry)->command.empty() || (*entry)->event.empty() == (*entry)->minute.empty()) std::abort();
    if ((*entry)->event.empty() && (*entry)->day_of_week.empty()) std::abort();
    if ((*entry)->command.find("  ") != std::string::npos) std::abort();
  }
  return 0;
}
