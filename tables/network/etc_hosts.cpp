// SPDX-License-Identifier: Apache-2.0
// etc_hosts: the lines of /etc/hosts, which "getent -s files hosts" reads too.

#include "etc_hosts.gen.h"

#include "core/parse/commented_line.h"
#include "core/parse/ip.h"
#include "core/parse/text.h"

namespace vigil::tables::etc_hosts {
sql::Rows<Row> scan(Query query) {
  const auto text = query.host().read("/etc/hosts");
  if (!text && text.error().code == ENOENT) co_return;
  if (!text) co_await sql::failed(text.error());

  for (const std::string_view line : parse::lines(*text)) {
    const auto entry = parse::commented_line(line);
    if (entry.fields.empty()) continue;
    if (!parse::ip(entry.fields[0])) {
      query.skip(Error{"/etc/hosts: no address in '" + std::string(line) + "'"});
      continue;
    }
    Row row;
    row.address = std::string(entry.fields[0]);
    row.hostnames = entry.fields_from(1);
    co_yield row;
  }
}

}  // namespace vigil::tables::etc_hosts
