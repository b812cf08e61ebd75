// SPDX-License-Identifier: Apache-2.0
// etc_protocols: the lines of /etc/protocols.

#include "etc_protocols.gen.h"

#include "core/parse/commented_line.h"
#include "core/parse/text.h"

namespace vigil::tables::etc_protocols {

sql::Rows<Row> scan(Query query) {
  const auto text = query.host().read("/etc/protocols");
  if (!text && text.error().code == ENOENT) co_return;
  if (!text) co_await sql::failed(text.error());

  for (const std::string_view line : parse::lines(*text)) {
    const auto entry = parse::commented_line(line);
    if (entry.fields.empty()) continue;
    const auto number = entry.fields.size() < 2 ? std::nullopt : parse::number<uint32_t>(entry.fields[1]);
    if (!number) {
      query.skip(Error{"/etc/protocols: no number in '" + std::string(line) + "'"});
      continue;
    }
    Row row;
    row.name = std::string(entry.fields[0]);
    row.number = *number;
    row.alias = entry.fields_from(2);
    row.comment = std::string(entry.comment);
    co_yield row;
  }
}

}  // namespace vigil::tables::etc_protocols
