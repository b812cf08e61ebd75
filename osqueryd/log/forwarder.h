// SPDX-License-Identifier: Apache-2.0
// Forwarder: the thread that takes records from the spool to one logger, in
// order, again and again until the logger has them.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>

#include "core/base/log.h"
#include "osqueryd/log/logger.h"
#include "osqueryd/log/spool.h"

namespace vigil::log {

// What `logger` wants, a bit for each Kind; for Spool::Consumer.
unsigned wanted_kinds(const Logger& logger);

class Forwarder {
 public:
  struct Settings {
    size_t records = 1024, bytes = size_t{1} << 20;  // of one send, at most (one record may be longer)
    int64_t period = 0;                              // microseconds from the end of one send to the start of the next
    // Microseconds until a failed send is tried again: from the first value on
    // doubled up to the second, each made up to a quarter shorter by chance.
    int64_t backoff = 1'000'000, backoff_max = 60'000'000;
  };

  // Starts the thread. Spool and log have to outlive the forwarder.
  Forwarder(std::unique_ptr<Logger> logger, Spool& spool, Log& log, Settings settings);
  // As finish(0) and join().
  ~Forwarder();

  // Has the logger read its options again and try at once what is waiting. Does not wait.
  void reopen();
  // Has the thread end when all is sent, a send fails, or so many microseconds
  // have passed. Does not wait.
  void finish(int64_t drain);
  // Returns when the thread has ended. A send that hangs is left to itself: what
  // comes of it is no longer heard, and its records stay in the spool. False then:
  // its thread is in the logger, which must keep all that it was made with.
  bool join();

 private:
  struct Shared;
  static void run(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  Spool& spool_;
  std::thread thread_;
};

}  // namespace vigil::log
