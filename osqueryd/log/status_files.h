// SPDX-License-Identifier: Apache-2.0
// StatusFiles: status lines in files as glog names them. Each of
// <folder>/<program>.INFO, .WARNING and .ERROR is a symbolic link to the file
// that is written now, <program>.INFO.<yyyymmdd-hhmmss.pid>, and holds the lines
// of its severity and above. One thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/base/clock.h"
#include "osqueryd/log/log_file.h"
#include "osqueryd/log/record.h"

namespace vigil::log {

class StatusFiles {
 public:
  // The clock has to outlive the files.
  StatusFiles(std::string prefix, mode_t mode, const Clock& clock);

  // `records` are of kind status.
  LogFile::Written append(std::span<const Record> records);
  // How many of `pending`, from the first on, the files of the last process end with.
  Result<size_t> delivered(std::span<const Record> pending);

 private:
  struct File {
    std::string link;
    std::optional<LogFile> file;
    uint64_t has = 0;  // sequence number up to which it needs no lines
  };

  Result<void> ready(File& file);
  Result<void> start(File& file);

  const std::string prefix_;
  const mode_t mode_;
  const Clock& clock_;
  std::array<File, 3> files_;  // the least severity last: what that file has, the others have
};

}  // namespace vigil::log
