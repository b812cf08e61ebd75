// SPDX-License-Identifier: Apache-2.0
// etc_services: the lines of /etc/services.

#include "etc_services.gen.h"

#include "core/parse/commented_line.h"
#include "core/parse/text.h"

namespace vigil::tables::etc_services {

sql::Rows<Row> scan(Query query) {
  const auto text = query.host().read("/etc/services");
  if (!text && text.error().code == ENOENT) co_return;
  if (!text) co_await sql::failed(text.error());

  for (const std::string_view line : parse::lines(*text)) {
    const auto entry = parse::commented_line(line);
    if (entry.fields.empty()) continue;
    std::string_view protocol = entry.fields.size() < 2 ? std::string_view() : entry.fields[1];
    const auto port = parse::number<uint16_t>(parse::cut(protocol, '/'));
    if (!port || protocol.empty()) {
      query.skip(Error{"/etc/services: no port/protocol in '" + std::string(line) + "'"});
      continue;
    }
    Row row;
    row.name = std::string(entry.fields[0]);
    row.port = *port;
    row.protocol = std::string(protocol);
    row.aliases = entry.fields_from(2);
    row.comment = std::string(entry.comment);
    co_yield row;
  }
}

}  // namespace vigil::tables::etc_services
