// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace vigil::log {
namespace {

constexpr mode_t directory_mode = 0750;

bool same_file(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

std::string joined(std::span<const std::string_view> lines) {
  std::string out;
  size_t size = 0;
  for (const std::string_view line : lines) size += line.size() + 1;
  out.reserve(size);
  for (const std::string_view line : lines) (out += line) += '\n';
  return out;
}

// Bytes written; `error` is set when that is not all of `text`.
size_t write_once(int fd, std::string_view text, int& error) {
  ssize_t count;
  do count = ::write(fd, text.data(), text.size());
  while (count < 0 && errno == EINTR);
  if (count < 0) {
    error = errno;
    return 0;
  }
  // A short write to a file has a reason that only the next one tells.
  if (static_cast<size_t>(count) < text.size()) error = ENOSPC;
  return static_cast<size_t>(count);
}

Result<std::string> read_end(int fd, const std::string& path, uint64_t size, uint64_t most) {
  std::string text(std::min(size, most), '\0');
  size_t have = 0;
  while (have < text.size()) {
    const ssize_t count = ::pread(fd, text.data() + have, text.size() - have, static_cast<off_t>(size - text.size() + have));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_error("read", path, errno);
    if (count == 0) break;
    have += static_cast<size_t>(count);
  }
  text.resize(have);
  return text;
}

// The end of a file, cut after its last line end.
struct End {
  std::string whole;
  std::string begun;
  bool from_start = false;  // `whole` is the file's from its first byte on
};

Result<End> read_lines(const std::string& path, std::span<const std::string_view> lines) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return os_error("read", path, errno);
  const auto size = static_cast<uint64_t>(status.st_size);
  // Beside all lines there is room for one that was begun, and for the line end before the first.
  uint64_t most = 1, longest = 0;
  for (const std::string_view line : lines) {
    most += line.size() + 1;
    longest = std::max<uint64_t>(longest, line.size());
  }
  constexpr uint64_t least = 1 << 16;
  auto text = read_end(fd.get(), path, size, std::max(most + longest, least));
  if (!text) return std::move(text.error());
  End end;
  end.from_start = text->size() == size;
  const size_t last = text->rfind('\n');
  const size_t cut = last == text->npos ? 0 : last + 1;
  end.begun = text->substr(cut);
  end.whole = std::move(*text);
  end.whole.resize(cut);
  return end;
}

size_t count_at_end(const End& end, std::span<const std::string_view> lines) {
  const std::string all = joined(lines);
  size_t size = all.size();
  for (size_t n = lines.size(); n > 0; --n) {
    const std::string_view head = std::string_view(all).substr(0, size);
    const bool at_line = end.whole.size() > size ? end.whole[end.whole.size() - size - 1] == '\n' : end.whole.size() == size && end.from_start;
    if (at_line && end.whole.ends_with(head)) return n;
    size -= lines[n - 1].size() + 1;
  }
  return 0;
}

}  // namespace

LogFile::LogFile(std::string path, mode_t mode) : path_(std::move(path)), mode_(mode) {}

Result<uint64_t> LogFile::open() {
  struct stat named {
  }, opened{};
  const bool is_there = ::stat(path_.c_str(), &named) == 0;
  if (!is_there || !fd_ || ::fstat(fd_.get(), &opened) != 0 || !same_file(named, opened)) {
    if (auto done = open_anew(); !done) return std::move(done.error());
  }
  if (::fstat(fd_.get(), &opened) != 0) return os_error("stat", path_, errno);
  regular_ = S_ISREG(opened.st_mode);
  if (!regular_) return uint64_t{0};
  if ((opened.st_mode & 07777) != mode_ && ::fchmod(fd_.get(), mode_) != 0) return os_error("chmod", path_, errno);
  return static_cast<uint64_t>(opened.st_size);
}

Result<void> LogFile::open_anew() {
  fd_ = Fd();
  torn_.reset();
  begun_ = 0;
  if (const size_t slash = path_.rfind('/'); slash != path_.npos && slash > 0)
    if (auto made = make_directories(path_.substr(0, slash)); !made) return made;
  // Not blocking: the path may be that of a FIFO that nobody reads.
  const int fd = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode_);
  if (fd < 0) return os_error("open", path_, errno);
  fd_ = Fd(fd);
  return {};
}

LogFile::Written LogFile::append(std::span<const std::string_view> lines) {
  auto size = open();
  if (!size) return {0, std::move(size.error())};
  if (torn_) {
    if (::ftruncate(fd_.get(), static_cast<off_t>(*torn_)) != 0) return {0, os_error("truncate", path_, errno)};
    *size = *torn_;
    torn_.reset();
  }
  const std::string text = joined(lines);
  int error = 0;
  const size_t written = write_once(fd_.get(), std::string_view(text).substr(begun_), error) + begun_;
  if (error == 0) {
    begun_ = 0;
    return {lines.size(), {}};
  }
  return keep_whole(lines, *size, written, os_error("write", path_, error));
}

LogFile::Written LogFile::keep_whole(std::span<const std::string_view> lines, uint64_t size, uint64_t written, Error error) {
  size_t kept = 0;
  uint64_t bytes = 0;
  while (kept < lines.size() && bytes + lines[kept].size() + 1 <= written) bytes += lines[kept++].size() + 1;
  if (!regular_) {
    begun_ = written - bytes;
    return {kept, std::move(error)};
  }
  // After a crash equal lines could not be told apart.
  while (kept > 0 && kept < lines.size() && lines[kept - 1] == lines[kept]) bytes -= lines[--kept].size() + 1;
  if (bytes != written && ::ftruncate(fd_.get(), static_cast<off_t>(size + bytes)) != 0) torn_ = size + bytes;
  return {kept, std::move(error)};
}

Result<size_t> LogFile::settle(std::span<const std::string_view> lines) {
  auto size = open();
  if (!size) return std::move(size.error());
  if (*size == 0) return size_t{0};
  auto end = read_lines(path_, lines);
  if (!end) return std::move(end.error());
  const size_t count = count_at_end(*end, lines);
  if (end->begun.empty()) return count;
  // What this program began it will write again; what somebody else left there is kept as a line.
  const bool ours = count < lines.size() && lines[count].starts_with(end->begun);
  if (ours && ::ftruncate(fd_.get(), static_cast<off_t>(*size - end->begun.size())) != 0) return os_error("truncate", path_, errno);
  if (int error = 0; !ours && write_once(fd_.get(), "\n", error) != 1) return os_error("write", path_, error);
  return count;
}

Result<size_t> lines_at_end(const std::string& path, std::span<const std::string_view> lines) {
  auto end = read_lines(path, lines);
  if (!end) return std::move(end.error());
  return count_at_end(*end, lines);
}

Result<void> make_directories(const std::string& path) {
  for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), directory_mode) != 0 && errno != EEXIST) {
      // A folder that may not be written to can exist all the same.
      const int reason = errno;
      if (::access(part.c_str(), F_OK) != 0) return os_error("create", part, reason);
    }
    if (slash == path.npos) return {};
  }
}

}  // namespace vigil::log
