// SPDX-License-Identifier: Apache-2.0
// numbers: a table whose every cost is a file, so that a test sees it.
#include "numbers.gen.h"

#include "core/parse/text.h"

namespace vigil::tables::numbers {

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const std::string text = co_await host.read("/numbers");
  for (std::string_view line : parse::lines(text)) {
    const auto n = parse::number(parse::cut(line, ' '));
    if (!n) {
      query.skip(Error{"numbers: '" + std::string(line) + "' is no number"});
      continue;
    }
    if (!query.keys.n.admits(*n)) continue;
    Row row;
    row.n = *n;
    row.parity = std::string(line);
    row.big = static_cast<uint64_t>(*n);
    row.half = static_cast<double>(*n) / 2;
    row.bytes = std::to_string(*n);
    row.secret = "s";
    if (query.needs(Source::square))
      if (const auto square = host.read("/square/" + std::to_string(*n))) row.square = parse::number(parse::trim(*square));
    if (query.needs(Source::word))
      if (const auto word = host.read("/word/" + std::to_string(*n))) row.word = std::string(parse::trim(*word));
    co_yield row;
  }
}

}  // namespace vigil::tables::numbers
