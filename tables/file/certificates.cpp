// SPDX-License-Identifier: Apache-2.0
// certificates: what openssl-x509(1) prints of each certificate in a file.

#include "certificates.gen.h"

#include <cerrno>
#include <set>

#include "core/sql/engine.h"
#include "core/sql/locations.h"
#include "modules/crypto/x509.h"

namespace vigil::tables::certificates {
namespace {

constexpr const char* bundles[] = {"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt",
                                   "/var/lib/ca-certificates/ca-bundle.pem"};

// No bundle is larger.
constexpr size_t max_file = 16 * 1024 * 1024;

Row to_row(crypto::Certificate c) {
  Row row;
  row.common_name = std::move(c.common_name);
  row.subject = std::move(c.subject);
  row.subject2 = std::move(c.subject_oneline);
  row.issuer = std::move(c.issuer);
  row.issuer2 = std::move(c.issuer_oneline);
  row.ca = c.ca;
  row.self_signed = c.self_signed;
  row.not_valid_before = c.not_before;
  row.not_valid_after = c.not_after;
  row.signing_algorithm = std::move(c.signing_algorithm);
  row.key_algorithm = std::move(c.key_algorithm);
  row.key_strength = std::move(c.key_strength);
  row.key_usage = std::move(c.key_usage);
  row.subject_key_id = std::move(c.subject_key_id);
  row.authority_key_id = std::move(c.authority_key_id);
  row.sha1 = std::move(c.sha1);
  row.serial = std::move(c.serial);
  return row;
}

// A file to read, and the path that its rows show.
struct Place {
  parse::PathPattern pattern;
  std::string shown;
};

std::vector<Place> places(const Query& query) {
  std::vector<Place> all;
  if (query.keys.path.pinned()) {
    for (const std::string& path : query.keys.path.values()) {
      const auto stat = query.host().stat(path);
      if (!stat) continue;
      parse::PathPattern one;
      one.base = path;
      all.push_back({stat->type == FileType::directory ? parse::PathPattern::below(path, false) : std::move(one), path});
    }
  } else if (query.keys.path.constrained()) {
    for (auto& pattern : sql::Locations(query.keys.path, {}).patterns()) all.push_back({std::move(pattern), ""});
  } else {
    for (const char* path : bundles) {
      parse::PathPattern one;
      one.base = path;
      all.push_back({std::move(one), ""});
    }
  }
  return all;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const std::vector<Place> all = places(query);
  std::vector<parse::PathPattern> patterns;
  for (const Place& place : all) patterns.push_back(place.pattern);
  Walk walk(query.host(), std::move(patterns), {.skip_network = query.engine().option("skip_network_filesystems") == "true"},
            [&](const Error& error) { query.skip(error); });

  std::string path;
  std::set<std::string> seen;  // digests shown for this path
  while (walk.next()) {
    if (walk.type() == FileType::directory) continue;
    const auto bytes = walk.read(max_file);
    if (!bytes) {
      if (bytes.error().code != EINVAL && bytes.error().code != ENOENT) query.skip(bytes.error());
      continue;
    }
    const std::string& shown = all[walk.pattern()].shown.empty() ? walk.path() : all[walk.pattern()].shown;
    if (shown != path) seen.clear();
    path = shown;
    for (auto& certificate : crypto::certificates(*bytes)) {
      if (certificate.sha1 && !seen.insert(*certificate.sha1).second) continue;
      Row row = to_row(std::move(certificate));
      row.path = path;
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::certificates
