// SPDX-License-Identifier: Apache-2.0
#include "core/parse/mountinfo.h"

#include <algorithm>
#include <iterator>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

// "rw,noatime" and "rw,errors=remount-ro" as "rw,noatime,errors=remount-ro":
// what /proc/mounts shows.
std::string merged(std::string_view mount, std::string_view super) {
  std::string out(mount);
  while (!super.empty()) {
    const std::string_view option = cut(super, ',');
    if (option == "rw" || option == "ro" || option.empty()) continue;
    std::string_view rest = mount;
    bool known = false;
    while (!rest.empty()) known |= cut(rest, ',') == option;
    if (!known) (out += ',') += option;
  }
  return out;
}

}  // namespace

Result<Mount> mountinfo(std::string_view line) {
  // 36 35 98:0 /root /path options optional-fields... - type device super-options
  const auto bad = [&](const char* what) { return Error{"mountinfo: " + std::string(what) + " in '" + std::string(line) + "'"}; };
  const size_t dash = line.find(" - ");
  if (dash == line.npos) return bad("no separator");
  std::string_view before = line.substr(0, dash), after = line.substr(dash + 3);
  const auto id = number(cut(before, ' '));
  if (!id) return bad("no mount id");
  for (int skipped = 0; skipped < 3; ++skipped) cut(before, ' ');
  Mount m;
  m.id = *id;
  m.path = unescape_octal(cut(before, ' '));
  const std::string_view options = cut(before, ' ');
  m.type = unescape_octal(cut(after, ' '));
  m.device = unescape_octal(cut(after, ' '));
  m.options = merged(options, after);
  if (m.path.empty() || m.type.empty()) return bad("too few fields");
  return m;
}

bool is_network_filesystem(std::string_view type) {
  constexpr std::string_view types[] = {"nfs",    "nfs4", "cifs", "smb3",  "smbfs", "ceph", "glusterfs",
                                        "lustre", "9p",   "afs",  "ncpfs", "ocfs2", "gfs2", "davfs"};
  return type.starts_with("fuse") || std::find(std::begin(types), std::end(types), type) != std::end(types);
}

}  // namespace vigil::parse
