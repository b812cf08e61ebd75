// SPDX-License-Identifier: Apache-2.0
// Logger: a place that records go to. Delivery - order, retries, back-off,
// what happens to what could not be sent - is the forwarder's matter.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "core/base/result.h"
#include "osqueryd/log/record.h"

namespace vigil::log {

class Logger {
 public:
  virtual ~Logger() = default;
  virtual std::string_view name() const = 0;
  virtual bool wants(Kind kind) const = 0;

  // `sent` of the records were taken, from the first on; the error, if any,
  // says why not all. What was not taken comes again.
  struct Outcome {
    size_t sent = 0;
    Result<void> status;
  };
  using Done = std::function<void(Outcome)>;

  // Takes `records`, all of one kind and ascending, and calls `done` once: before
  // it returns, or later from any thread. Only one send is under way at a time,
  // and the records live until `done` was called.
  virtual void send(std::span<const Record> records, Done done) = 0;

  // Called at start, before the first send, with what the spool holds for this
  // logger of one kind: how many of them the last process had already delivered
  // without being able to acknowledge it.
  virtual Result<size_t> delivered(std::span<const Record> pending) {
    (void)pending;
    return size_t{0};
  }
  // Options changed, or files were moved away.
  virtual void reopen() {}
};

}  // namespace vigil::log
