// SPDX-License-Identifier: Apache-2.0
// apt_sources: the archives that `apt-cache policy` lists, by suite.
//
// What is configured comes from /etc/apt, what the archive says of itself from
// the copy of its Release file that the last `apt update` left.

#include "apt_sources.gen.h"

#include "core/parse/apt_sources.h"

namespace vigil::tables::apt_sources {
namespace {

// All files that apt reads, in its order.
std::vector<std::string> source_files(const Query& query) {
  std::vector<std::string> files = {"/etc/apt/sources.list"};
  const std::string folder = "/etc/apt/sources.list.d";
  const auto names = query.host().list(folder);
  if (!names) {
    if (names.error().code != ENOENT) query.skip(names.error());
    return files;
  }
  for (const char* suffix : {".list", ".sources"})
    for (const Entry& entry : *names)
      if (entry.name.ends_with(suffix) && parse::apt_reads_file(entry.name)) files.push_back(folder + "/" + entry.name);
  return files;
}

sql::Text text(std::string value) {
  if (value.empty()) return std::nullopt;
  return value;
}

void add_release(const Host& host, const parse::AptSource& source, Row& row) {
  const std::string prefix = "/var/lib/apt/lists/" + parse::apt_list_prefix(source);
  auto file = host.read(prefix + "InRelease");
  if (!file) file = host.read(prefix + "Release");
  if (!file) return;
  parse::AptRelease release = parse::apt_release(*file);
  row.release = text(release.codename.empty() ? release.suite : release.codename);
  row.version = text(release.version);
  row.maintainer = text(release.origin);
  row.components = text(release.components);
  row.architectures = text(release.architectures);
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  for (const std::string& path : source_files(query)) {
    const auto content = host.read(path);
    if (!content) {
      if (content.error().code != ENOENT) query.skip(content.error());
      continue;
    }
    for (const auto& source : path.ends_with(".sources") ? parse::apt_stanzas(*content) : parse::apt_list(*content)) {
      Row row;
      row.base_uri = parse::apt_public_uri(source.uri);
      row.name = std::string(parse::apt_location(*row.base_uri)) + " " + source.suite;
      row.source = path;
      if (query.needs(Source::release)) add_release(host, source, row);
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::apt_sources
