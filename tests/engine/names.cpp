// SPDX-License-Identifier: Apache-2.0
// names: a table that reads all it has for a pinned key too.
#include "names.gen.h"

#include "core/parse/text.h"

namespace vigil::tables::names {

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const auto& dialects = query.keys.dialect;
  const std::vector<std::string> chosen = dialects.pinned() ? dialects.values() : std::vector<std::string>{""};
  for (const std::string& dialect : chosen) {
    const std::string path = dialect.empty() ? "/names" : "/names." + dialect;
    const std::string text = co_await host.read(path);
    for (std::string_view line : parse::lines(text)) {
      const auto n = parse::number(parse::cut(line, ' '));
      if (!n) {
        query.skip(Error{"names: '" + std::string(line) + "' has no number"});
        continue;
      }
      if (!query.keys.n.admits(*n) || !query.keys.name.admits(std::string(line))) continue;
      Row row;
      row.n = *n;
      row.name = std::string(line);
      if (!dialect.empty()) row.dialect = dialect;
      if (query.needs(Source::note))
        if (const auto note = host.read("/note/" + std::to_string(*n))) row.note = std::string(parse::trim(*note));
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::names
