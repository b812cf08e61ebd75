// SPDX-License-Identifier: Apache-2.0
// file: what find(1) and stat(1) tell.
//
// Names cost about a microsecond each, and two more where a column of `stat`
// is used. The values are those of a link's target, as stat(2) has them, and
// the link's own where the target is missing.

#include "file.gen.h"

#include <cerrno>

#include "core/sql/engine.h"
#include "core/sql/locations.h"

namespace vigil::tables::file {
namespace {

const char* type_name(FileType type) {
  switch (type) {
    case FileType::regular: return "regular";
    case FileType::directory: return "directory";
    case FileType::symlink: return "symlink";
    case FileType::block: return "block";
    case FileType::character: return "character";
    case FileType::fifo: return "fifo";
    case FileType::socket: return "socket";
    case FileType::unknown: break;
  }
  return "unknown";
}

std::string octal(uint32_t mode) {
  char text[5];
  for (int i = 3; i >= 0; --i, mode >>= 3) text[i] = static_cast<char>('0' + (mode & 7));
  return std::string(text, 4);
}

void add_stat(Row& row, const FileStat& stat) {
  row.inode = static_cast<int64_t>(stat.inode);
  row.uid = stat.uid;
  row.gid = stat.gid;
  row.mode = octal(stat.mode);
  row.device = static_cast<int64_t>(stat.device);
  row.size = stat.size;
  row.block_size = stat.block_size;
  row.atime = stat.atime;
  row.mtime = stat.mtime;
  row.ctime = stat.ctime;
  row.btime = stat.btime;
  row.hard_links = static_cast<int64_t>(stat.hard_links);
  row.type = type_name(stat.type);
}

void clear_stat(Row& row) {
  row.inode = row.uid = row.gid = row.device = row.size = row.block_size = row.atime = row.mtime = row.ctime = row.btime = row.hard_links =
      sql::Int();
  row.mode = row.type = sql::Text();
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const sql::Locations locations(query.keys.path, query.keys.directory);
  if (!locations.problem().empty()) query.warn(locations.problem());

  Walk walk(query.host(), locations.patterns(), {.skip_network = query.engine().option("skip_network_filesystems") == "true"},
            [&](const Error& error) { query.skip(error); });
  const bool directory = query.needs(Column::directory), filename = query.needs(Column::filename);
  const bool stat = query.needs(Source::stat), link = query.needs(Source::link);
  Row row;
  while (walk.next()) {
    locations.show(walk, &row.path, directory ? &row.directory : nullptr, filename ? &row.filename : nullptr);
    row.symlink = walk.type() == FileType::symlink;
    if (stat) {
      auto values = walk.stat(Links::follow);
      if (!values && walk.type() == FileType::symlink) values = walk.stat(Links::keep);
      if (values) {
        add_stat(row, *values);
      } else if (values.error().code == ENOENT) {
        continue;  // gone since it was listed
      } else {
        clear_stat(row);
        if (walk.type() != FileType::symlink) row.type = type_name(walk.type());
      }
    }
    if (link) {
      row.symlink_target_path.reset();
      if (walk.type() == FileType::symlink) {
        if (auto target = walk.target()) row.symlink_target_path = std::move(*target);
      }
    }
    co_yield row;
  }
}

}  // namespace vigil::tables::file
