// SPDX-License-Identifier: Apache-2.0
// Host: the machine being asked about, and the only door to it.
//
// There are three kinds, and a table cannot tell them apart:
//   live       this machine
//   directory  a tree of files: a fixture of a test, or a mounted disk image
//   container  the root of a process, seen from outside: no fork, no setns
// No path - not even an absolute symlink - leads out of the last two.
//
// What is a file is read as a file. What is not (uname, a netlink dump) is a
// named fact: the machine answers it with a system call, a directory answers
// it from the file "@<name>" at its top, so that every table can be tested.
//
// A Host is cheap to copy and is used by one query in one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace vigil {

// What a query may do with the machine, and a record of what it did.
struct Access {
  // When set and true, every further call fails with ECANCELED.
  const std::atomic<bool>* stop = nullptr;
  // When set, everything looked at is noted here, in order; tests assert on it.
  std::vector<std::string>* touched = nullptr;
  // The largest file that read() accepts, in bytes (osquery's --read_max).
  size_t read_max = 50 * 1024 * 1024;
};

enum class FileType : uint8_t { unknown, regular, directory, symlink, block, character, fifo, socket };

// From the mode that stat(2) tells.
FileType file_type(uint32_t mode);

// One name in a directory.
struct Entry {
  std::string name;
  FileType type = FileType::unknown;  // unknown where the file system does not say
};

// What statx(2) tells; times in seconds since the epoch.
struct FileStat {
  FileType type = FileType::unknown;
  uint32_t mode = 0;  // permission bits with set-uid, set-gid and sticky: 07777 at most
  uint32_t uid = 0, gid = 0;
  uint64_t inode = 0, device = 0, special_device = 0;  // device numbers as dev_t
  int64_t size = 0, block_size = 0;
  int64_t atime = 0, mtime = 0, ctime = 0, btime = 0;  // btime 0: the file system does not keep it
  uint64_t hard_links = 0;
};

// What statfs(2) tells, in blocks of block_size bytes.
struct FsUsage {
  int64_t block_size = 0, blocks = 0, blocks_free = 0, blocks_available = 0;
  int64_t inodes = 0, inodes_free = 0;
};

enum class Links : uint8_t { follow, keep };

// An open directory; names are relative to it and may have several components.
// If what it names is replaced meanwhile, calls go on to answer from the old
// one or fail; they never mix two.
class Dir {
 public:
  // The whole of a regular or kernel file. A FIFO, device or socket is an error
  // and is not opened; so is a file of more than `max` bytes (0: Access::read_max).
  Result<std::string> read(std::string_view name, size_t max = 0) const;

  // A kernel file that is one record, as /proc/<pid>/stat: read(2) hands it over
  // whole, so nothing is read again to see its end.
  Result<std::string> read_record(std::string_view name) const;

  // The start of a file, at most `size` bytes; a larger file is no error.
  Result<std::string> read_start(std::string_view name, size_t size) const;

  // The names in a directory, sorted, without "." and "..".
  Result<std::vector<Entry>> list(std::string_view name) const;

  // Where a symbolic link points, as it is written.
  Result<std::string> link(std::string_view name) const;

  // Calls `each` with the name and the target of every symbolic link in a
  // directory, in the directory's order. For /proc/<pid>/fd: one open for all.
  Result<void> links(std::string_view name, const std::function<void(std::string_view name, std::string_view target)>& each) const;

  // The absolute path of what is there, every symbolic link resolved.
  Result<std::string> resolve(std::string_view name) const;

  Result<Dir> enter(std::string_view name) const;

  // Never mounts an automount point.
  Result<FileStat> stat(std::string_view name, Links links = Links::follow) const;

  // A regular file or block device for reading, for libraries that take a descriptor.
  Result<Fd> open(std::string_view name) const;

  // Names and values of extended attributes of a file, links followed, sorted by name.
  Result<std::vector<std::pair<std::string, std::string>>> attributes(std::string_view name) const;

  const std::string& path() const { return path_; }
  int fd() const { return fd_->get(); }

 private:
  friend class Host;
  friend class Walk;
  Dir(std::shared_ptr<const Fd> fd, std::shared_ptr<const Fd> root, std::string path, bool kernel, std::shared_ptr<Access> access)
      : fd_(std::move(fd)), root_(std::move(root)), path_(std::move(path)), kernel_(kernel), access_(std::move(access)) {}

  // A descriptor, or -1 with errno set. Notes and checks nothing. `resolve`: see openat2(2).
  int open_raw(std::string_view name, int flags, uint64_t resolve = 0) const;
  // statx(2) as it is; its errno, or 0.
  static int stat_raw(int fd, const char* name, int flags, FileStat& out);
  // Notes the access; an error when the query was cancelled.
  Result<void> touch(std::string_view verb, std::string_view name) const;
  Result<Fd> open_content(std::string_view verb, std::string_view name, bool block_device) const;
  Result<std::string> slurp(int fd, std::string_view name, size_t size, bool whole) const;
  std::string full(std::string_view name) const;
  bool is_kernel(std::string_view name) const;

  std::shared_ptr<const Fd> fd_;
  // Null on this machine. Else the top that no path leads out of; absolute links
  // start there, so names are resolved from it.
  std::shared_ptr<const Fd> root_;
  std::string path_;
  bool kernel_;  // below /proc or /sys, where opening has no side effects
  std::shared_ptr<Access> access_;
};

class Host {
 public:
  enum class Kind : uint8_t { live, directory, container };

  // This machine.
  static Result<Host> live(Access access = {});
  // The tree below `path`.
  static Result<Host> directory(const std::string& path, Access access = {});
  // The file system that process `pid` of this host sees.
  Result<Host> container(int64_t pid) const;

  Kind kind() const { return kind_; }
  Access& access() const { return *root_.access_; }

  // As Dir's, from the root.
  Result<std::string> read(std::string_view path, size_t max = 0) const { return root_.read(path, max); }
  Result<std::string> read_start(std::string_view path, size_t size) const { return root_.read_start(path, size); }
  Result<std::vector<Entry>> list(std::string_view path) const { return root_.list(path); }
  Result<std::string> link(std::string_view path) const { return root_.link(path); }
  Result<std::string> resolve(std::string_view path) const { return root_.resolve(path); }
  Result<Dir> enter(std::string_view path) const { return root_.enter(path); }
  Result<FileStat> stat(std::string_view path, Links links = Links::follow) const { return root_.stat(path, links); }
  Result<Fd> open(std::string_view path) const { return root_.open(path); }
  const Dir& root() const { return root_; }

  // Size and free space of the file system at `path`. On a network file system
  // the wait ends after two seconds with ETIMEDOUT. A directory with a file
  // "@statfs" answers from its lines "path block-size blocks free available inodes inodes-free".
  Result<FsUsage> usage(std::string_view path) const;

  // A fact that is not a file. On this machine, and in a container, `ask` is
  // called; a directory answers with the content of its file "@<name>".
  Result<std::string> fact(std::string_view name, const std::function<Result<std::string>()>& ask) const;

  // The mount table, proc_pid_mountinfo(5): of this machine, of the directory's
  // proc/self, of the process whose container it is.
  Result<std::string> mountinfo() const;

  // The effective user ID that queries run with; a directory says 0 unless it has "@euid".
  int64_t user() const;

  // Seconds since the epoch; a directory may fix it with "@now".
  int64_t now() const;

 private:
  Host(Kind kind, Dir root) : kind_(kind), root_(std::move(root)) {}
  Kind kind_;
  Dir root_;
  std::optional<Dir> process_;  // /proc/<pid> of a container, in the host around it
};

}  // namespace vigil
