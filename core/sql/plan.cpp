// SPDX-License-Identifier: Apache-2.0
#include "core/sql/plan.h"

#include "core/parse/text.h"

namespace vigil::sql {

// "table sources(hex) columns(one character each) missing op-column op-column ..."
std::string Plan::text() const {
  char hex[20];
  const auto [end, bad] = std::to_chars(hex, hex + sizeof hex, sources, 16);
  std::string out = table + ' ' + std::string(hex, end);
  out += ' ';
  for (const bool used : columns) out += used ? '1' : '0';
  out += ' ' + std::to_string(missing);
  for (const Given& g : given) (out += ' ') += g.op + std::to_string(g.column);
  return out;
}

Plan Plan::parse(std::string_view text) {
  Plan plan;
  plan.table = parse::cut(text, ' ');
  plan.sources = parse::number<uint64_t>(parse::cut(text, ' '), 16).value_or(0);
  for (const char c : parse::cut(text, ' ')) plan.columns.push_back(c == '1');
  plan.missing = parse::number<int>(parse::cut(text, ' ')).value_or(-1);
  while (!text.empty()) {
    const std::string_view word = parse::cut(text, ' ');
    if (word.size() > 1) plan.given.push_back({word[0], parse::number<int>(word.substr(1)).value_or(0)});
  }
  return plan;
}

}  // namespace vigil::sql
