// SPDX-License-Identifier: Apache-2.0
// hash: what sha256sum(1), sha1sum(1) and md5sum(1) print.
//
// A file is read once, in large blocks, through the digests that the query
// uses. The next files are read by other threads meanwhile, a few at a time;
// they end with the scan.

#include "hash.gen.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <thread>

#include "core/sql/engine.h"
#include "core/sql/locations.h"
#include "modules/crypto/digests.h"

namespace vigil::tables::hash {
namespace {

constexpr unsigned max_threads = 4;

// The cells of a file whose digests are on their way.
struct Waiting {
  sql::Text path, directory;
  int failed = 0;  // errno of the opening
};

bool is_regular(const Walk& walk) {
  if (walk.type() != FileType::symlink) return walk.type() == FileType::regular;
  const auto target = walk.stat(Links::follow);
  return target && target->type == FileType::regular;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const sql::Locations locations(query.keys.path, query.keys.directory);
  if (!locations.problem().empty()) query.warn(locations.problem());
  const Access& access = query.host().access();
  Walk walk(query.host(), locations.patterns(), {.skip_network = query.engine().option("skip_network_filesystems") == "true"},
            [&](const Error& error) { query.skip(error); });

  const bool content = query.needs(Source::content);
  const bool alone = query.keys.path.pinned() && query.keys.path.values().size() <= 1;
  const unsigned threads = alone || !content ? 0 : std::clamp(std::thread::hardware_concurrency(), 1u, max_threads);
  crypto::Digests digests(threads, {query.needs(Column::md5), query.needs(Column::sha1), query.needs(Column::sha256)}, access.read_max, access.stop);

  std::deque<Waiting> files;
  Row row;
  for (bool more = true;;) {
    while (more && !digests.full()) {
      more = walk.next();
      if (!more) break;
      if (!is_regular(walk)) continue;
      Waiting file;
      Fd fd;
      if (content) {
        auto opened = walk.open();
        if (!opened && opened.error().code == ENOENT) continue;
        if (opened)
          fd = std::move(*opened);
        else
          file.failed = opened.error().code;
      }
      locations.show(walk, &file.path, &file.directory, nullptr);
      files.push_back(std::move(file));
      digests.add(std::move(fd));
    }
    if (files.empty()) co_return;
    Waiting file = std::move(files.front());
    files.pop_front();
    crypto::FileDigests found = digests.take();
    const int failed = file.failed ? file.failed : found.failed;
    if (failed == EFBIG)
      query.warn("files of more than " + std::to_string(access.read_max) + " bytes (option read_max) are not read: their hashes are NULL");
    else if (failed)
      query.warn("files that cannot be read have no hashes: " + os_error("read", *file.path, failed).message);
    row.path = std::move(file.path);
    row.directory = std::move(file.directory);
    row.md5 = std::move(found.md5);
    row.sha1 = std::move(found.sha1);
    row.sha256 = std::move(found.sha256);
    co_yield row;
  }
}

}  // namespace vigil::tables::hash
