// SPDX-License-Identifier: Apache-2.0
#include "core/host/barriers.h"

#include "core/parse/mountinfo.h"
#include "core/parse/text.h"

namespace vigil {

Barriers::Barriers(const Host& host, bool skip_network) : skip_network_(skip_network) {
  const auto text = host.mountinfo();
  if (!text) return;
  for (const std::string_view line : parse::lines(*text)) {
    const auto mount = parse::mountinfo(line);
    if (!mount) continue;
    Kind kind = Kind::passable;
    if (mount->type == "autofs") {
      // The names in an indirect mount are the automount points, see autofs(5).
      kind = ("," + mount->options + ",").find(",indirect,") != std::string::npos ? Kind::automount_parent : Kind::automount;
    } else if (parse::is_network_filesystem(mount->type)) {
      kind = Kind::network;
    }
    mounts_[mount->path] = kind;  // a later line covers an earlier one
    if (kind != Kind::passable && (kind != Kind::network || skip_network)) empty_ = false;
  }
}

bool Barriers::stop(std::string_view path) const {
  if (empty_) return false;
  if (const auto mount = mounts_.find(std::string(path)); mount != mounts_.end())
    return mount->second == Kind::automount || (mount->second == Kind::network && skip_network_);
  const size_t slash = path.rfind('/');
  if (slash == path.npos) return false;
  const auto parent = mounts_.find(std::string(path.substr(0, slash ? slash : 1)));
  return parent != mounts_.end() && parent->second == Kind::automount_parent;
}

bool Barriers::stop_on_the_way(const Host& host, std::string_view path, bool last, size_t real) const {
  if (empty_) return false;
  std::string seen(path.substr(0, real)), rest(path.substr(real));
  for (int links = 0; !rest.empty();) {
    std::string_view view = rest;
    const std::string name(parse::cut(view, '/'));
    rest = std::string(view);
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      seen.resize(seen.empty() ? 0 : seen.rfind('/'));
      continue;
    }
    (seen += '/') += name;
    if (stop(seen)) return true;
    if (rest.empty() && !last) return false;
    const auto target = host.link(seen);
    if (!target) continue;
    if (++links > 40) return false;  // more than the kernel follows, path_resolution(7)
    seen.resize(target->starts_with('/') ? 0 : seen.rfind('/'));
    rest = *target + "/" + rest;
  }
  return false;
}

}  // namespace vigil
