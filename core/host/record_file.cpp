// SPDX-License-Identifier: Apache-2.0
#include "core/host/record_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace vigil {

Result<RecordFile> RecordFile::open(const Host& host, std::string_view path, size_t record_size) {
  auto fd = host.open(path);
  if (!fd) return std::move(fd.error());
  return RecordFile(host, std::move(*fd), std::string(path), record_size);
}

Result<std::optional<std::string_view>> RecordFile::next() {
  while (block_.size() - at_ < record_size_) {
    const auto* stop = host_.access().stop;
    if (stop && stop->load(std::memory_order_relaxed)) return Error{"the query was cancelled", ECANCELED};
    block_.erase(0, at_);
    at_ = 0;
    const size_t old = block_.size();
    block_.resize(std::max<size_t>(64 * 1024, record_size_));
    const ssize_t n = ::read(fd_.get(), block_.data() + old, block_.size() - old);
    const int code = errno;
    block_.resize(old + static_cast<size_t>(std::max<ssize_t>(n, 0)));
    if (n < 0 && code == EINTR) continue;
    if (n < 0) return os_error("read", path_, code);
    if (n == 0) return std::optional<std::string_view>();
  }
  const std::string_view record = std::string_view(block_).substr(at_, record_size_);
  at_ += record_size_;
  return std::optional<std::string_view>(record);
}

}  // namespace vigil
