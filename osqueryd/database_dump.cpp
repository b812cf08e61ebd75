// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/database_dump.h"

#include <chrono>
#include <cstdio>
#include <thread>

#include "core/store/dump.h"
#include "core/store/store.h"
#include "osqueryd/settings.h"

namespace vigil {

int dump_database(const OptionSet& options) {
  auto opened = store::open_store(store_settings(options.values()), [] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    return true;
  });
  if (!opened) {
    std::fprintf(stderr, "ERROR: cannot open the store: %s\n", opened.error().message.c_str());
    return 1;
  }
  const auto dumped = store::dump(*opened->store, [](std::string_view line) { std::printf("%.*s\n", static_cast<int>(line.size()), line.data()); });
  if (dumped) return 0;
  std::fprintf(stderr, "ERROR: %s\n", dumped.error().message.c_str());
  return 1;
}

}  // namespace vigil
