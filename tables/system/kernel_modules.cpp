// SPDX-License-Identifier: Apache-2.0
// kernel_modules: what lsmod(8) lists.

#include "kernel_modules.gen.h"

#include <cerrno>

#include "core/parse/text.h"

namespace vigil::tables::kernel_modules {
namespace {

// btrfs 1789952 1 xor,raid6_pq, Live 0xffffffffc0a00000 (OE)
std::optional<Row> module(std::string_view line) {
  const auto fields = parse::fields(line);
  if (fields.size() < 6) return std::nullopt;
  const auto size = parse::number(fields[1]);
  if (!size) return std::nullopt;
  Row row;
  row.name = fields[0];
  row.size = *size;
  row.used_by = fields[3].ends_with(',') ? fields[3].substr(0, fields[3].size() - 1) : fields[3];
  row.status = fields[4];
  if (fields[5].find_first_not_of("0x") != fields[5].npos) row.address = fields[5];
  return row;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const auto text = query.host().read("/proc/modules");
  if (!text && text.error().code == ENOENT) co_return;
  const std::string all = co_await text;

  for (const std::string_view line : parse::lines(all)) {
    const auto row = module(line);
    if (!row) {
      query.skip(Error{"/proc/modules: too few fields in '" + std::string(line) + "'"});
      continue;
    }
    co_yield *row;
  }
}

}  // namespace vigil::tables::kernel_modules
