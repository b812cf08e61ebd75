// SPDX-License-Identifier: Apache-2.0
// Child: a process that this one started, held by a descriptor.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace vigil::watch {

struct Launch {
  int executable = -1;
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  // NAME=VALUE; the child adds OSQUERY_WORKER with its process ID
  std::vector<int> inherited;            // descriptors that stay open
  std::vector<std::string> groups;       // files of control groups that take the child in
};

struct Exit {
  int code = 0;
  int signal = 0;  // 0: it exited with `code`
};

class Child {
 public:
  // The child gets SIGTERM when the thread that started it ends.
  static Result<Child> start(const Launch& launch);

  pid_t pid() const { return pid_; }
  // Readable when the child ended.
  int descriptor() const { return fd_.get(); }
  void send(int signal) const;
  // How it ended, once; nothing while it runs.
  std::optional<Exit> reap() const;

 private:
  Child(pid_t pid, Fd fd) : pid_(pid), fd_(std::move(fd)) {}
  pid_t pid_ = -1;
  Fd fd_;
};

}  // namespace vigil::watch
