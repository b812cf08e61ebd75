// SPDX-License-Identifier: Apache-2.0
// mounts: what findmnt(8) lists, with sizes.
//
// The sizes cost one statfs(2) for each row. It is made only when a query uses
// a size column, only for the paths that the query pins, and never for an
// automount point, which it would mount.

#include "mounts.gen.h"

#include "core/parse/mountinfo.h"
#include "core/parse/text.h"

namespace vigil::tables::mounts {
namespace {

// The device with all links resolved: /dev/mapper/root is a link to ../dm-0.
sql::Text resolved(const Host& host, std::string path) {
  if (!path.starts_with('/')) return std::nullopt;
  for (int hops = 0; hops < 8; ++hops) {
    const auto target = host.link(path);
    if (!target) return path;
    path = target->starts_with('/') ? *target : path.substr(0, path.rfind('/') + 1) + *target;
    for (size_t up; (up = path.find("/../")) != path.npos && up > 0;) {
      const size_t parent = path.rfind('/', up - 1);
      path.erase(parent, up + 3 - parent);
    }
  }
  return path;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const std::string text = co_await host.read("/proc/self/mountinfo");

  for (const std::string_view line : parse::lines(text)) {
    const auto mount = parse::mountinfo(line);
    if (!mount) {
      query.skip(mount.error());
      continue;
    }
    if (!query.keys.path.admits(mount->path)) continue;

    Row row;
    row.device = mount->device;
    row.path = mount->path;
    row.type = mount->type;
    row.flags = mount->options;
    if (query.needs(Source::alias)) row.device_alias = resolved(host, mount->device);
    if (query.needs(Source::statfs) && mount->type != "autofs") {
      if (const auto usage = host.usage(mount->path)) {
        row.blocks_size = usage->block_size;
        row.blocks = usage->blocks;
        row.blocks_free = usage->blocks_free;
        row.blocks_available = usage->blocks_available;
        row.inodes = usage->inodes;
        row.inodes_free = usage->inodes_free;
      }
    }
    co_yield row;
  }
}

}  // namespace vigil::tables::mounts
