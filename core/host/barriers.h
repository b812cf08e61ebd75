// SPDX-License-Identifier: Apache-2.0
// Barriers: mount points that must be left alone because touching them mounts
// something (autofs), or may wait for a server that is away.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "core/host/host.h"

namespace vigil {

class Barriers {
 public:
  // From the host's mount table; none when it cannot be read.
  Barriers(const Host& host, bool skip_network);

  // True when no path is a barrier.
  bool empty() const { return empty_; }
  // True when `path`, which has no symbolic links in it, is one.
  bool stop(std::string_view path) const;
  // True when `path` is one or leads across one, its links included; a link at
  // its end counts when `last`. The first `real` characters of `path` are known
  // to have neither. Looks at each link on the way and at nothing behind a barrier.
  bool stop_on_the_way(const Host& host, std::string_view path, bool last, size_t real = 0) const;

 private:
  enum class Kind : uint8_t { passable, network, automount, automount_parent };
  std::unordered_map<std::string, Kind> mounts_;
  bool empty_ = true, skip_network_;
};

}  // namespace vigil
