// SPDX-License-Identifier: Apache-2.0
// extended_attributes: what getfattr(1) and getcap(8) show.

#include "extended_attributes.gen.h"

#include <algorithm>
#include <cerrno>

#include "core/parse/base64.h"
#include "core/parse/capability.h"
#include "core/sql/engine.h"
#include "core/sql/locations.h"

namespace vigil::tables::extended_attributes {
namespace {

bool is_text(std::string_view value) {
  if (value.empty()) return true;
  if (value.back() != '\0') return false;
  value.remove_suffix(1);
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void add_value(Row& row, const std::string& key, const std::string& value) {
  row.key = key;
  row.base64 = 0;
  if (key == "security.capability") {
    if (auto text = parse::file_capabilities(value)) {
      row.value = std::move(*text);
      return;
    }
  }
  if (is_text(value)) {
    row.value = value.substr(0, value.empty() ? 0 : value.size() - 1);
  } else {
    row.value = parse::to_base64(value);
    row.base64 = 1;
  }
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const sql::Locations locations(query.keys.path, query.keys.directory);
  if (!locations.problem().empty()) query.warn(locations.problem());
  Walk walk(query.host(), locations.patterns(), {.skip_network = query.engine().option("skip_network_filesystems") == "true"},
            [&](const Error& error) { query.skip(error); });
  Row row;
  while (walk.next()) {
    const auto attributes = walk.attributes();
    if (!attributes) {
      // A link to nothing, or a file system without attributes.
      if (attributes.error().code != ENOENT && attributes.error().code != ENOTSUP) query.skip(attributes.error());
      continue;
    }
    for (const auto& [key, value] : *attributes) {
      locations.show(walk, &row.path, &row.directory, nullptr);
      add_value(row, key, value);
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::extended_attributes
