// SPDX-License-Identifier: Apache-2.0
// shared_memory: what ipcs -m lists.
//
// The file shows every segment, also those that shmctl(2) would refuse to this
// user.

#include "shared_memory.gen.h"

#include <cerrno>

#include "core/parse/text.h"

namespace vigil::tables::shared_memory {
namespace {

constexpr uint32_t marked_for_removal = 01000, locked_in_memory = 02000;  // SHM_DEST, SHM_LOCKED

std::string four_octal_digits(uint32_t mode) {
  std::string text = "0000";
  for (size_t i = 4; i-- > 0; mode >>= 3) text[i] = static_cast<char>('0' + (mode & 7));
  return text;
}

// key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime ...
std::optional<Row> segment(std::string_view line) {
  const auto fields = parse::fields(line);
  if (fields.size() < 14) return std::nullopt;
  const auto mode = parse::number<uint32_t>(fields[2], 8);
  Row row;
  row.shmid = parse::number(fields[1]);
  if (!mode || !row.shmid) return std::nullopt;
  row.permissions = four_octal_digits(*mode & 0777);
  row.status = *mode & marked_for_removal ? "dest" : "";
  row.locked = *mode & locked_in_memory ? 1 : 0;
  row.size = parse::number(fields[3]);
  row.creator_pid = parse::number(fields[4]);
  row.pid = parse::number(fields[5]);
  row.attached = parse::number(fields[6]);
  row.owner_uid = parse::number(fields[7]);
  row.creator_uid = parse::number(fields[9]);
  row.atime = parse::number(fields[11]);
  row.dtime = parse::number(fields[12]);
  row.ctime = parse::number(fields[13]);
  return row;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const auto text = query.host().read("/proc/sysvipc/shm");
  if (!text && text.error().code == ENOENT) co_return;  // a kernel without System V IPC
  const std::string all = co_await text;

  std::string_view rest = all;
  parse::cut(rest, '\n');  // the column titles
  for (const std::string_view line : parse::lines(rest)) {
    const auto row = segment(line);
    if (!row) {
      query.skip(Error{"/proc/sysvipc/shm: no segment in '" + std::string(line) + "'"});
      continue;
    }
    co_yield *row;
  }
}

}  // namespace vigil::tables::shared_memory
