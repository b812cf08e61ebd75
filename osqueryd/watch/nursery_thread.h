// SPDX-License-Identifier: Apache-2.0
// NurseryThread: a Nursery with a thread of its own, for a process that has
// other things to do: the shell, and a daemon without a watcher.
#pragma once

#include <memory>
#include <thread>

#include "core/base/fd.h"
#include "osqueryd/watch/nursery.h"

namespace vigil::watch {

class NurseryThread {
 public:
  // Starts the extensions; without one, there is no thread. The log has to outlive it.
  NurseryThread(NurserySettings settings, Log& log);
  // Ends the extensions; takes as long as `patience` in the settings, and a little, if one does not want to.
  ~NurseryThread();
  NurseryThread(const NurseryThread&) = delete;
  NurseryThread& operator=(const NurseryThread&) = delete;

  std::shared_ptr<const ExtensionBoard> board() const { return nursery_.board(); }

 private:
  void run();

  Nursery nursery_;
  Fd stop_;
  std::thread thread_;
};

}  // namespace vigil::watch
