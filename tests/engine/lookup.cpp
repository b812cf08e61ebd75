// SPDX-License-Identifier: Apache-2.0
// lookup: a table like `file` and `hash`: nothing without a path or a directory.
#include "lookup.gen.h"

#include "core/parse/text.h"

namespace vigil::tables::lookup {

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  std::vector<std::pair<std::string, std::string>> found;  // path, directory
  for (const auto& path : query.keys.path.values()) found.emplace_back(path, path.substr(0, path.rfind('/')));
  for (const auto& directory : query.keys.directory.values())
    if (const auto entries = host.list(directory))
      for (const auto& entry : *entries) found.emplace_back(directory + "/" + entry.name, directory);
  for (const auto& pattern : query.keys.path.patterns()) {
    const std::string directory = pattern.text.substr(0, pattern.text.rfind('/'));
    if (const auto entries = host.list(directory))
      for (const auto& entry : *entries) found.emplace_back(directory + "/" + entry.name, directory);
  }
  for (auto& [path, directory] : found) {
    Row row;
    row.path = path;
    row.directory = directory;
    if (query.needs(Source::text)) {
      const auto text = host.read(path);
      if (!text) {
        query.skip(text.error());
        continue;
      }
      row.text = std::string(parse::trim(*text));
    }
    co_yield row;
  }
}

}  // namespace vigil::tables::lookup
