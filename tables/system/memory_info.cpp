// SPDX-License-Identifier: Apache-2.0
// memory_info: what free(1) shows.

#include "memory_info.gen.h"

#include "core/parse/meminfo.h"

namespace vigil::tables::memory_info {

sql::Rows<Row> scan(Query query) {
  const std::string text = co_await query.host().read("/proc/meminfo");

  Row row;
  row.memory_total = parse::meminfo_bytes(text, "MemTotal");
  row.memory_free = parse::meminfo_bytes(text, "MemFree");
  row.memory_available = parse::meminfo_bytes(text, "MemAvailable");
  row.buffers = parse::meminfo_bytes(text, "Buffers");
  row.cached = parse::meminfo_bytes(text, "Cached");
  row.swap_cached = parse::meminfo_bytes(text, "SwapCached");
  row.active = parse::meminfo_bytes(text, "Active");
  row.inactive = parse::meminfo_bytes(text, "Inactive");
  row.swap_total = parse::meminfo_bytes(text, "SwapTotal");
  row.swap_free = parse::meminfo_bytes(text, "SwapFree");
  co_yield row;
}

}  // namespace vigil::tables::memory_info
