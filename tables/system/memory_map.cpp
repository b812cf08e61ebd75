// SPDX-License-Identifier: Apache-2.0
// memory_map: what lsmem(1) and lspci(8) do not tell, the whole of /proc/iomem.
//
// To a reader without CAP_SYS_ADMIN the kernel shows every address as zero.

#include "memory_map.gen.h"

#include <cerrno>

#include "core/parse/text.h"

namespace vigil::tables::memory_map {
namespace {

// "  01000000-0220bb07 : Kernel code"
std::optional<Row> region(std::string_view line) {
  const size_t colon = line.find(" : ");
  if (colon == line.npos) return std::nullopt;
  std::string_view end = parse::trim(line.substr(0, colon));
  const std::string_view start = parse::cut(end, '-');
  const auto first = parse::number<uint64_t>(start, 16), last = parse::number<uint64_t>(end, 16);
  if (!first || !last) return std::nullopt;

  Row row;
  row.name = line.substr(colon + 3);
  if (*last != 0) {
    row.start = "0x" + std::string(start);
    row.end = "0x" + std::string(end);
  }
  return row;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const auto text = query.host().read("/proc/iomem");
  if (!text && text.error().code == ENOENT) co_return;
  const std::string all = co_await text;

  for (const std::string_view line : parse::lines(all)) {
    const auto row = region(line);
    if (!row) {
      query.skip(Error{"/proc/iomem: no range in '" + std::string(line) + "'"});
      continue;
    }
    co_yield *row;
  }
}

}  // namespace vigil::tables::memory_map
