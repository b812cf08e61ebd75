// SPDX-License-Identifier: Apache-2.0
// The input is a configuration, and every pack file that it names.
#include <cstdint>
#include <cstdlib>

#include "osqueryd/config/load.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil;
  if (size > 1 << 16) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  config::Context context;
  context.version = "5.23.1";
  context.host_name = "host";
  context.read_pack = [&](const std::string&, const std::string&) -> Result<std::string> { return text; };
  context.find_packs = [](const std::string& pattern) -> Result<std::map<std::string, std::string>> {
    return std::map<std::string, std::string>{{"one", pattern}, {"two", pattern}};
  };
  const auto loaded = config::load({{"a", text}, {"b", text}}, context);
  if (!loaded) {
    if (loaded.error().message.empty()) std::abort();
    return 0;
  }
  for (const config::Pack& pack : loaded->config.packs) {
    if (!pack.fits && !pack.queries.empty()) std::abort();
    for (const config::Query& query : pack.queries)
      if (query.sql.empty() || query.line == 0 || (query.interval == 0) == query.cron.empty()) std::abort();
  }
  return 0;
}
