// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/status.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>

#include "core/parse/display.h"
#include "osqueryd/log/spool.h"

namespace vigil::log {
namespace {

// Packed: time, thread, line, length of the file's name, severity - all little
// endian - then the name and the message.
constexpr size_t head_size = 8 + 4 + 4 + 4 + 1;

template <class Number>
void put(std::string& out, Number value) {
  for (size_t i = 0; i < sizeof value; ++i) out += static_cast<char>(static_cast<uint64_t>(value) >> (8 * i));
}

template <class Number>
Number take(std::string_view& rest) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(Number); ++i) value |= uint64_t{static_cast<unsigned char>(rest[i])} << (8 * i);
  rest.remove_prefix(sizeof(Number));
  return static_cast<Number>(value);
}

std::string location(const LogLine& line) { return parse::printable(line.file) + ':' + std::to_string(line.line); }

}  // namespace

std::string pack_status(const Status& status) {
  std::string out;
  out.reserve(head_size + status.line.file.size() + status.line.message.size());
  put(out, status.time);
  put(out, status.thread);
  put(out, status.line.line);
  put(out, static_cast<uint32_t>(status.line.file.size()));
  put(out, static_cast<uint8_t>(status.line.severity));
  return (out += status.line.file) += status.line.message;
}

std::optional<Status> unpack_status(std::string_view packed) {
  if (packed.size() < head_size) return std::nullopt;
  Status status;
  status.time = take<int64_t>(packed);
  status.thread = take<uint32_t>(packed);
  status.line.line = take<uint32_t>(packed);
  const auto file = take<uint32_t>(packed);
  const auto severity = take<uint8_t>(packed);
  if (severity > static_cast<uint8_t>(Severity::fatal) || file > packed.size()) return std::nullopt;
  status.line.severity = static_cast<Severity>(severity);
  status.line.file = packed.substr(0, file);
  status.line.message = packed.substr(file);
  return status;
}

std::string glog_text(const Status& status) {
  int64_t fraction = status.time % Clock::second;
  time_t seconds = status.time / Clock::second;
  if (fraction < 0) {
    fraction += Clock::second;
    --seconds;
  }
  tm parts{};
  ::localtime_r(&seconds, &parts);
  char head[96];
  std::snprintf(head, sizeof head, "%c%02d%02d %02d:%02d:%02d.%06d %5u ", "IWEF"[static_cast<size_t>(status.line.severity)], parts.tm_mon + 1,
                parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, static_cast<int>(fraction), status.thread);
  return head + location(status.line) + "] " + parse::printable(status.line.message);
}

std::string plain_text(const Status& status) {
  return "severity=" + std::to_string(static_cast<int>(status.line.severity)) + " location=" + location(status.line) +
         " message=" + parse::printable(status.line.message);
}

StatusLog::StatusLog(const Clock& clock, Settings settings) : clock_(clock), settings_(settings) {}

Status StatusLog::status_of(LogLine line) const { return {std::move(line), clock_.wall(), static_cast<uint32_t>(::gettid())}; }

void StatusLog::write(LogLine line) {
  Status status = status_of(std::move(line));
  const auto severity = static_cast<int>(status.line.severity);
  std::unique_lock lock(mutex_);
  if (severity < settings_.least) return;
  // Of a thread that is in the spool: to commit would be to ask the spool from within.
  const bool within = std::find(committing_.begin(), committing_.end(), std::this_thread::get_id()) != committing_.end();
  const bool shown = settings_.on_stderr && severity >= settings_.least_stderr;
  if (shown || within) show(glog_text(status));
  if (within || state_ == State::detached) return;
  keep(std::move(status));
  if (state_ == State::waiting) return;
  committing_.push_back(std::this_thread::get_id());
  Spool& spool = *spool_;
  lock.unlock();
  commit(spool);
}

// With the mutex held.
void StatusLog::keep(Status status) {
  if (waiting_.size() >= settings_.waiting)
    ++dropped_;
  else
    waiting_.push_back(std::move(status));
}

void StatusLog::commit(Spool& spool) {
  std::unique_lock lock(mutex_);
  std::deque<Status> lines = std::exchange(waiting_, {});
  const uint64_t dropped = std::exchange(dropped_, 0);
  lock.unlock();
  std::vector<Record> records;
  for (const Status& line : lines) records.push_back({Kind::status, 0, pack_status(line)});
  if (dropped > 0) {
    const std::string text = std::to_string(dropped) + " status lines were dropped before the loggers were ready";
    records.push_back({Kind::status, 0, pack_status(status_of({Severity::warning, "status.cpp", __LINE__, text}))});
  }
  const auto done = spool.commit({}, std::move(records));

  lock.lock();
  committing_.erase(std::find(committing_.begin(), committing_.end(), std::this_thread::get_id()));
  idle_.notify_all();
  if (done) return;
  dropped_ += dropped;
  for (Status& later : std::exchange(waiting_, std::move(lines))) keep(std::move(later));
  show(glog_text(status_of({Severity::error, "status.cpp", __LINE__, "status lines wait for the store: " + done.error().message})));
}

void StatusLog::configure(const Settings& settings) {
  const std::lock_guard lock(mutex_);
  settings_ = settings;
}

void StatusLog::attach(Spool& spool) {
  {
    const std::lock_guard lock(mutex_);
    spool_ = &spool;
    state_ = State::attached;
    committing_.push_back(std::this_thread::get_id());
  }
  commit(spool);
}

void StatusLog::detach() {
  std::unique_lock lock(mutex_);
  state_ = State::detached;
  idle_.wait(lock, [&] { return committing_.empty(); });
  spool_ = nullptr;
}

void StatusLog::show(const std::string& text) const {
  // A reader that does not keep up must not stop the program; a pipe that is ready takes a whole page.
  pollfd ready{settings_.stderr_fd, POLLOUT, 0};
  if (::poll(&ready, 1, 0) != 1 || !(ready.revents & POLLOUT)) return;
  constexpr size_t page = 4096;
  const std::string line = text.size() < page ? text + '\n' : text.substr(0, page - 4) + "...\n";
  (void)!::write(settings_.stderr_fd, line.data(), line.size());
}

}  // namespace vigil::log
