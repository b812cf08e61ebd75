// SPDX-License-Identifier: Apache-2.0
// Hangups: notices that nobody waits for an answer any more.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace vigil::sdk {

class Hangups {
 public:
  static Result<std::unique_ptr<Hangups>> make();
  ~Hangups();
  Hangups(const Hangups&) = delete;
  Hangups& operator=(const Hangups&) = delete;

  // While it lives, `stop` becomes true when the other side of `socket` closes
  // it. One for a socket at a time.
  class Watch {
   public:
    Watch(Hangups& hangups, int socket, std::atomic<bool>& stop);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Hangups& hangups_;
    int socket_;
  };

 private:
  Hangups(Fd epoll, Fd end);
  void run();

  Fd epoll_, end_;
  std::mutex mutex_;
  std::map<int, std::atomic<bool>*> watched_;  // by socket
  std::thread thread_;
};

}  // namespace vigil::sdk
