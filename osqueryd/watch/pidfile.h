// SPDX-License-Identifier: Apache-2.0
// Pidfile: the file that keeps a second daemon from starting.
#pragma once

#include <string>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace vigil::watch {

// Holds the lock and the file for its lifetime.
class Pidfile {
 public:
  // With `force`, a daemon that holds the file is ended first, which can take ten seconds.
  static Result<Pidfile> take(const std::string& path, bool force);
  Pidfile(Pidfile&&) noexcept = default;
  Pidfile& operator=(Pidfile&&) noexcept = default;
  // Removes the file.
  ~Pidfile();

 private:
  Pidfile(std::string path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  std::string path_;
  Fd fd_;
};

// Goes on as a background process, see daemon(3). Before the pidfile is taken, as the process ID changes.
Result<void> daemonize();

}  // namespace vigil::watch
