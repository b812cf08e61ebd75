// SPDX-License-Identifier: Apache-2.0
// What the tests of spool, forwarder and loggers share.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "osqueryd/log/record.h"
#include "osqueryd/log/spool.h"

namespace vigil::log {

class FakeClock final : public Clock {
 public:
  int64_t wall() const override { return 1'756'803'907 * second + now_; }
  int64_t steady() const override { return now_; }
  void advance(int64_t microseconds) { now_ += microseconds; }

 private:
  std::atomic<int64_t> now_ = 0;
};

// Keeps what is logged.
class Lines final : public Log {
 public:
  void write(LogLine line) override {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }
  std::vector<std::string> messages() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const LogLine& line : lines_) out.push_back(line.message);
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<LogLine> lines_;
};

// A folder of its own, gone with the test.
class Folder {
 public:
  Folder() {
    char path[] = "/tmp/vigil_log_XXXXXX";
    path_ = ::mkdtemp(path);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Waits for what has to come; the limit is only there so that a broken test ends.
template <class Condition>
bool eventually(const Condition& condition) {
  for (int i = 0; i < 3000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

inline Record record(Kind kind, std::string text) { return {kind, 0, std::move(text)}; }

inline std::vector<Record> records(Kind kind, std::vector<std::string> texts) {
  std::vector<Record> out;
  for (std::string& text : texts) out.push_back(record(kind, std::move(text)));
  return out;
}

inline std::vector<std::string> texts(const std::vector<Record>& records) {
  std::vector<std::string> out;
  for (const Record& each : records) out.push_back(each.text);
  return out;
}

}  // namespace vigil::log
