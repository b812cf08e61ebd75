// SPDX-License-Identifier: Apache-2.0
// Status lines: what the program says about itself. They go to standard error
// at once, and through the spool to every logger.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "osqueryd/log/record.h"

namespace vigil::log {

class Spool;

struct Status {
  LogLine line;
  int64_t time = 0;     // microseconds since the epoch
  uint32_t thread = 0;  // as gettid(2) has it
};

// The text of a Record of kind status, and back; nothing when it is damaged.
std::string pack_status(const Status& status);
std::optional<Status> unpack_status(std::string_view packed);

// I1122 17:30:00.000123  4711 file.cpp:10] message - in local time, as glog
// writes it; control characters of the message are escaped.
std::string glog_text(const Status& status);
// severity=0 location=file.cpp:10 message=text
std::string plain_text(const Status& status);

class StatusLog final : public Log {
 public:
  struct Settings {
    int least = 0;  // lowest severity that counts at all
    bool on_stderr = true;
    int least_stderr = 0;  // lowest severity that standard error gets
    int stderr_fd = 2;
    size_t waiting = 10'000;  // lines kept until a spool takes them
  };
  // The clock has to outlive the log.
  StatusLog(const Clock& clock, Settings settings);

  // From any thread. Standard error that is not ready to take a line loses it.
  void write(LogLine line) override;
  void configure(const Settings& settings);

  // Lines go to `spool`, first those that have waited for it; those that it could
  // not take wait again, for the next line. It has to live until detach().
  void attach(Spool& spool);
  // Returns when no thread uses the spool any more; later lines go to standard error only.
  void detach();

 private:
  enum class State : uint8_t { waiting, attached, detached };

  Status status_of(LogLine line) const;
  void keep(Status status);
  void commit(Spool& spool);
  void show(const std::string& text) const;

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable idle_;
  Settings settings_;
  State state_ = State::waiting;
  Spool* spool_ = nullptr;
  std::deque<Status> waiting_;
  uint64_t dropped_ = 0;
  std::vector<std::thread::id> committing_;  // threads that are in the spool now
};

}  // namespace vigil::log
