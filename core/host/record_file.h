// SPDX-License-Identifier: Apache-2.0
// RecordFile: a file of records that all have one size, read block by block.
// Logs of logins grow without end; a query holds no more than 64 KiB of one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/host/host.h"

namespace vigil {

class RecordFile {
 public:
  static Result<RecordFile> open(const Host& host, std::string_view path, size_t record_size);

  // The next record; nothing at the end. A record that is cut short is left out.
  // Valid until the next call.
  Result<std::optional<std::string_view>> next();

 private:
  RecordFile(const Host& host, Fd fd, std::string path, size_t record_size)
      : host_(host), fd_(std::move(fd)), path_(std::move(path)), record_size_(record_size) {}

  Host host_;
  Fd fd_;
  std::string path_;
  size_t record_size_;
  std::string block_;
  size_t at_ = 0;
};

}  // namespace vigil
