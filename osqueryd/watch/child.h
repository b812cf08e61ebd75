// SPDX-License-Identifier: Apache-2.0
// Child: a process that this one started, held by a descriptor.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace vigil::watch {

struct Launch {
  int executable = -1;                   // -1: the program is the file that `arguments` start with
  std::vector<std::string> arguments;    // one at least
  std::vector<std::string> environment;  // NAME=VALUE; one that is OSQUERY_WORKER= gets the child's process ID
  std::vector<int> inherited;            // descriptors that stay open, of those above standard error
  std::vector<std::string> groups;       // files of control groups that take the child in
  bool apart = false;                    // lead a process group, read nothing, and print to standard error alone
  int death_signal = SIGTERM;            // what the child gets when the thread that started it ends
};

struct Exit {
  int code = 0;
  int signal = 0;   // 0: it exited with `code`
  int failure = 0;  // errno, when the program could not be started
};

// "ended with exit status 1", "ended by signal 9".
std::string to_text(const Exit& exit);

class Child {
 public:
  // From any thread.
  static Result<Child> start(Launch launch);

  pid_t pid() const { return pid_; }
  // Readable when the child ended.
  int descriptor() const { return fd_.get(); }
  void send(int signal) const;
  // To all of the process group that it leads; to be called before reap() tells of its end.
  void send_all(int signal) const;
  // How it ended, once; nothing while it runs. What else is in its process group ends with it.
  std::optional<Exit> reap() const;

 private:
  Child(pid_t pid, bool apart, Fd fd, Fd failure) : pid_(pid), apart_(apart), fd_(std::move(fd)), failure_(std::move(failure)) {}
  pid_t pid_ = -1;
  bool apart_ = false;
  Fd fd_, failure_;
};

}  // namespace vigil::watch
