// SPDX-License-Identifier: Apache-2.0
// LogFile: a file that whole lines are appended to, at a path from which it may
// be moved away or truncated at any time. One thread at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace vigil::log {

class LogFile {
 public:
  LogFile(std::string path, mode_t mode);

  const std::string& path() const { return path_; }

  // Makes the file and its folder if need be, and opens it anew when the path
  // leads to another file by now. Its size; 0 for what is no regular file.
  Result<uint64_t> open();

  struct Written {
    size_t lines = 0;
    Result<void> status;
  };
  // Appends the lines, each with a line end, by one write. After an error the
  // file ends with the last whole line that counts, and never between two equal lines.
  Written append(std::span<const std::string_view> lines);

  // How many of `lines`, from the first on, stand at the end of the file. A line
  // that was begun after them is taken away.
  Result<size_t> settle(std::span<const std::string_view> lines);

 private:
  Result<void> open_anew();
  Written keep_whole(std::span<const std::string_view> lines, uint64_t size, uint64_t written, Error error);

  const std::string path_;
  const mode_t mode_;
  Fd fd_;
  bool regular_ = true;
  std::optional<uint64_t> torn_;  // size to go back to, when that could not be done
  size_t begun_ = 0;              // of what is no regular file: bytes of the next line that it has already
};

// How many of `lines`, from the first on, stand at the end of the file's whole lines.
Result<size_t> lines_at_end(const std::string& path, std::span<const std::string_view> lines);

// mkdir -p, mode 0750.
Result<void> make_directories(const std::string& path);

}  // namespace vigil::log
