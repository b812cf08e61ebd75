// SPDX-License-Identifier: Apache-2.0
// LastEnd: what a worker is told about the one before it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vigil::watch {

// How the last worker ended; the watcher tells the next one through its environment.
struct LastEnd {
  bool known = false;
  int signal = 0;      // 0: it exited
  bool limit = false;  // the watcher ended it for breaking a limit
  std::string reason;  // of that, with the measured use
  int64_t time = 0;    // seconds since the epoch
};

// True in a process that a watcher started.
bool is_worker();
LastEnd last_end();

// As the text of that environment variable: TIME SIGNAL LIMIT REASON.
std::string to_text(const LastEnd& end);
// Unknown for a text that to_text() does not write.
LastEnd parse_last_end(std::string_view text);

}  // namespace vigil::watch
