// SPDX-License-Identifier: Apache-2.0
// The logger stdout: one line for each record.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "osqueryd/log/loggers.h"

namespace vigil::log {
namespace {

// A reader that takes nothing for so long is one that fails.
constexpr int patience_ms = 5000;
// What a pipe that is ready takes without blocking; the descriptor is shared
// with others, so that it must not be made non-blocking.
constexpr size_t page = 4096;

class Stdout final : public Logger {
 public:
  explicit Stdout(GetSettings settings) : get_settings_(std::move(settings)), settings_(get_settings_()) {}

  std::string_view name() const override { return "stdout"; }
  bool wants(Kind) const override { return true; }
  void reopen() override { settings_ = get_settings_(); }

  void send(std::span<const Record> records, Done done) override {
    Outcome outcome;
    for (const Record& record : records) {
      outcome.status = write(line(record) + '\n');
      if (!outcome.status) break;
      ++outcome.sent;
    }
    done(std::move(outcome));
  }

 private:
  std::string line(const Record& record) const {
    if (record.kind != Kind::status) return record.text;
    const auto status = unpack_status(record.text);
    if (!status) return "severity=2 location=stdout.cpp:0 message=a status line was damaged in the store";
    return settings_.status_line ? settings_.status_line(*status) : plain_text(*status);
  }

  // A line that was begun is ended first when it comes again.
  Result<void> write(const std::string& line) {
    while (begun_ < line.size()) {
      pollfd ready{settings_.stdout_fd, POLLOUT, 0};
      const int count = ::poll(&ready, 1, patience_ms);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return os_error("write", "standard output", errno);
      if (count == 0) return Error{"nobody reads standard output", EAGAIN};
      const ssize_t written = ::write(settings_.stdout_fd, line.data() + begun_, std::min(page, line.size() - begun_));
      if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (written < 0) return os_error("write", "standard output", errno);
      begun_ += static_cast<size_t>(written);
    }
    begun_ = 0;
    return {};
  }

  const GetSettings get_settings_;
  LoggerSettings settings_;
  size_t begun_ = 0;
};

}  // namespace

std::unique_ptr<Logger> make_stdout_logger(GetSettings settings) { return std::make_unique<Stdout>(std::move(settings)); }

}  // namespace vigil::log
