// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/status_files.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <utility>
#include <vector>

#include "osqueryd/log/status.h"

namespace vigil::log {
namespace {

constexpr uint64_t largest = uint64_t{10} << 20;

// Severities of files_, by place.
constexpr std::array<Severity, 3> severities = {Severity::error, Severity::warning, Severity::info};
constexpr std::array<const char*, 3> names = {"ERROR", "WARNING", "INFO"};

struct Line {
  uint64_t sequence;
  Severity severity;
  std::string text;
};

std::vector<Line> lines_of(std::span<const Record> records) {
  std::vector<Line> lines;
  for (const Record& record : records) {
    auto status = unpack_status(record.text);
    if (!status) status = Status{{Severity::error, "status_files.cpp", __LINE__, "a status line was damaged in the store"}, 0, 0};
    lines.push_back({record.sequence, status->line.severity, glog_text(*status)});
  }
  return lines;
}

// Those that a file of `severity` still needs, and the place of each among all lines.
struct Needed {
  std::vector<std::string_view> texts;
  std::vector<size_t> places;
};

Needed needed(const std::vector<Line>& lines, Severity severity, uint64_t has) {
  Needed out;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].severity < severity || lines[i].sequence <= has) continue;
    out.texts.push_back(lines[i].text);
    out.places.push_back(i);
  }
  return out;
}

std::string stamp(int64_t seconds) {
  const time_t time = seconds;
  tm parts{};
  ::localtime_r(&time, &parts);
  char text[96];
  std::snprintf(text, sizeof text, "%04d%02d%02d-%02d%02d%02d.%d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                parts.tm_sec, static_cast<int>(::getpid()));
  return text;
}

}  // namespace

StatusFiles::StatusFiles(std::string prefix, mode_t mode, const Clock& clock) : prefix_(std::move(prefix)), mode_(mode), clock_(clock) {
  for (size_t i = 0; i < files_.size(); ++i) files_[i].link = prefix_ + '.' + names[i];
}

Result<void> StatusFiles::ready(File& file) {
  if (!file.file) return start(file);
  auto size = file.file->open();
  if (!size) return std::move(size.error());
  return *size < largest ? Result<void>() : start(file);
}

// A new file, and the link to it.
Result<void> StatusFiles::start(File& file) {
  const std::string path = file.link + '.' + stamp(clock_.unix_time());
  LogFile fresh(path, mode_);
  if (auto size = fresh.open(); !size) return std::move(size.error());
  const std::string unfinished = file.link + ".tmp";
  (void)::unlink(unfinished.c_str());
  const std::string target = path.substr(path.rfind('/') + 1);
  if (::symlink(target.c_str(), unfinished.c_str()) != 0 || ::rename(unfinished.c_str(), file.link.c_str()) != 0)
    return os_error("link", file.link, errno);
  file.file.emplace(std::move(fresh));
  return {};
}

LogFile::Written StatusFiles::append(std::span<const Record> records) {
  const std::vector<Line> lines = lines_of(records);
  size_t done = lines.size();
  for (size_t i = 0; i < files_.size(); ++i) {
    File& file = files_[i];
    const Needed need = needed(lines, severities[i], file.has);
    if (need.texts.empty()) continue;
    if (auto made = ready(file); !made) return {0, std::move(made.error())};
    auto written = file.file->append(need.texts);
    if (written.lines > 0) file.has = lines[need.places[written.lines - 1]].sequence;
    if (written.status) continue;
    // What this file has not, counts as not written; what it has, it will not get again.
    done = std::min(done, need.places[written.lines]);
    return {i + 1 == files_.size() ? done : 0, std::move(written.status)};
  }
  return {done, {}};
}

Result<size_t> StatusFiles::delivered(std::span<const Record> pending) {
  const std::vector<Line> lines = lines_of(pending);
  size_t count = 0;
  for (size_t i = 0; i < files_.size(); ++i) {
    const Needed need = needed(lines, severities[i], 0);
    if (need.texts.empty() || ::access(files_[i].link.c_str(), R_OK) != 0) continue;
    auto there = LogFile(files_[i].link, mode_).settle(need.texts);
    if (!there) return there;
    if (*there > 0) files_[i].has = lines[need.places[*there - 1]].sequence;
    // The file of all severities is the last one that is written.
    if (severities[i] == Severity::info) count = *there;
  }
  return count;
}

}  // namespace vigil::log
