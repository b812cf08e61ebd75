// SPDX-License-Identifier: Apache-2.0
// The logger filesystem: results, snapshots and status lines in files of their
// own. What stands in a file is what was delivered: after a crash the end of the
// file tells how far the last process came.
#include <unistd.h>

#include <memory>
#include <utility>

#include "osqueryd/log/log_file.h"
#include "osqueryd/log/loggers.h"
#include "osqueryd/log/rotate.h"
#include "osqueryd/log/status_files.h"

namespace vigil::log {
namespace {

std::vector<std::string_view> texts(std::span<const Record> records) {
  std::vector<std::string_view> texts;
  texts.reserve(records.size());
  for (const Record& record : records) texts.push_back(record.text);
  return texts;
}

class Filesystem final : public Logger {
 public:
  Filesystem(GetSettings settings, Log& log, const Clock& clock) : get_settings_(std::move(settings)), log_(log), clock_(clock) { reopen(); }

  std::string_view name() const override { return "filesystem"; }
  bool wants(Kind) const override { return true; }

  void send(std::span<const Record> records, Done done) override {
    const Kind kind = records.front().kind;
    auto written = kind == Kind::status ? status_->append(records) : append(kind == Kind::snapshot ? *snapshots_ : *results_, records);
    done({written.lines, std::move(written.status)});
  }

  Result<size_t> delivered(std::span<const Record> pending) override {
    if (pending.empty()) return size_t{0};
    const Kind kind = pending.front().kind;
    if (kind == Kind::status) return status_->delivered(pending);
    LogFile& file = kind == Kind::snapshot ? *snapshots_ : *results_;
    const auto lines = texts(pending);
    auto size = file.open();
    if (!size) return std::move(size.error());
    // Rotated since: the end is that of the file before.
    const std::string before = file.path() + ".1";
    if (*size == 0 && ::access(before.c_str(), R_OK) == 0) return lines_at_end(before, lines);
    return file.settle(lines);
  }

  void reopen() override {
    settings_ = get_settings_();
    while (settings_.path.size() > 1 && settings_.path.back() == '/') settings_.path.pop_back();
    const std::string prefix = settings_.path + "/" + settings_.program;
    if (prefix == prefix_ && settings_.mode == mode_) return;
    prefix_ = prefix;
    mode_ = settings_.mode;
    results_ = std::make_unique<LogFile>(prefix + ".results.log", mode_);
    snapshots_ = std::make_unique<LogFile>(prefix + ".snapshots.log", mode_);
    status_ = std::make_unique<StatusFiles>(prefix, mode_, clock_);
    // There from the start, for those who follow it. An error shows again when a line is written.
    (void)results_->open();
  }

 private:
  LogFile::Written append(LogFile& file, std::span<const Record> records) {
    if (settings_.rotate) {
      auto size = file.open();
      if (!size) return {0, std::move(size.error())};
      if (*size > 0 && *size >= settings_.rotate_size) rotate_file(file.path());
    }
    return file.append(texts(records));
  }

  // A file that cannot be rotated grows; that is better than to lose lines.
  void rotate_file(const std::string& path) {
    const auto done = rotate(path, settings_.rotate_max_files);
    if (!done && !rotation_fails_) log_.warning("logger filesystem: rotate: " + done.error().message);
    rotation_fails_ = !done;
  }

  const GetSettings get_settings_;
  Log& log_;
  const Clock& clock_;
  LoggerSettings settings_;
  std::string prefix_;
  mode_t mode_ = 0;
  std::unique_ptr<LogFile> results_, snapshots_;
  std::unique_ptr<StatusFiles> status_;
  bool rotation_fails_ = false;
};

}  // namespace

std::unique_ptr<Logger> make_filesystem_logger(GetSettings settings, Log& log, const Clock& clock) {
  return std::make_unique<Filesystem>(std::move(settings), log, clock);
}

}  // namespace vigil::log
