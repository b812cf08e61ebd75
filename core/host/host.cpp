// SPDX-License-Identifier: Apache-2.0
#include "core/host/host.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "core/base/clock.h"
#include "core/host/entries.h"
#include "core/parse/text.h"

namespace vigil {
namespace {

constexpr size_t block = 64 * 1024;

std::string descriptor_path(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

FsUsage to_usage(const struct statfs& s) {
  return {static_cast<int64_t>(s.f_bsize),  static_cast<int64_t>(s.f_blocks), static_cast<int64_t>(s.f_bfree),
          static_cast<int64_t>(s.f_bavail), static_cast<int64_t>(s.f_files),  static_cast<int64_t>(s.f_ffree)};
}

// fstatfs(2) that gives up after two seconds: a network mount whose server is
// gone blocks without end. The thread that still waits then owns all it uses.
Result<FsUsage> bounded_usage(Fd fd, const std::string& path) {
  struct Shared {
    std::mutex mutex;
    std::condition_variable done;
    Fd fd;
    struct statfs data = {};
    int code = -1;  // -1 while the call runs
  };
  const auto shared = std::make_shared<Shared>();
  shared->fd = std::move(fd);
  std::thread([shared] {
    struct statfs data = {};
    const int code = ::fstatfs(shared->fd.get(), &data) == 0 ? 0 : errno;
    const std::lock_guard lock(shared->mutex);
    shared->data = data;
    shared->code = code;
    shared->done.notify_one();
  }).detach();

  std::unique_lock lock(shared->mutex);
  shared->done.wait_for(lock, std::chrono::seconds(2), [&] { return shared->code >= 0; });
  if (shared->code < 0) return os_error("statfs", path, ETIMEDOUT);
  if (shared->code > 0) return os_error("statfs", path, shared->code);
  return to_usage(shared->data);
}

// One line of "@statfs", see Host::usage.
std::optional<FsUsage> listed_usage(std::string_view text, std::string_view path) {
  for (std::string_view line : parse::lines(text)) {
    // The path may hold blanks; the numbers are the last six fields.
    const auto all = parse::fields(line);
    if (all.size() < 7) continue;
    std::string_view name = line.substr(0, static_cast<size_t>(all[all.size() - 6].data() - line.data()));
    if (parse::trim(name) != path) continue;
    int64_t n[6];
    for (size_t i = 0; i < 6; ++i) n[i] = parse::number(all[all.size() - 6 + i]).value_or(0);
    return FsUsage{n[0], n[1], n[2], n[3], n[4], n[5]};
  }
  return std::nullopt;
}

}  // namespace

FileType file_type(uint32_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return FileType::regular;
    case S_IFDIR: return FileType::directory;
    case S_IFLNK: return FileType::symlink;
    case S_IFBLK: return FileType::block;
    case S_IFCHR: return FileType::character;
    case S_IFIFO: return FileType::fifo;
    case S_IFSOCK: return FileType::socket;
    default: return FileType::unknown;
  }
}

std::string Dir::full(std::string_view name) const {
  if (path_.empty()) return std::string(name);
  return name.empty() ? path_ : path_ + "/" + std::string(name);
}

bool Dir::is_kernel(std::string_view name) const {
  return kernel_ || (path_.empty() && (name.starts_with("/proc/") || name.starts_with("/sys/") || name == "/proc" || name == "/sys"));
}

int Dir::open_raw(std::string_view name, int flags, uint64_t resolve) const {
  const size_t start = std::min(name.find_first_not_of('/'), name.size());
  char relative[PATH_MAX];
  const size_t length = name.size() - start;
  if (length >= sizeof relative || name.find('\0') != name.npos) {
    errno = length >= sizeof relative ? ENAMETOOLONG : EINVAL;
    return -1;
  }
  std::memcpy(relative, name.data() + start, length);
  relative[length] = '\0';
  const char* target = length == 0 ? "." : relative;
  if (!root_ && resolve == 0) return ::openat(fd_->get(), target, flags | O_CLOEXEC);
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.resolve = resolve | (root_ ? RESOLVE_IN_ROOT : 0);
  const bool top = root_ == fd_ || !root_;
  // The kernel takes the directory it is given for the root that links start
  // from, so from here only what needs no link is looked up.
  if (!top) how.resolve |= RESOLVE_NO_SYMLINKS;
  const auto fd = static_cast<int>(::syscall(SYS_openat2, fd_->get(), target, &how, sizeof how));
  if (top || fd >= 0 || errno != ELOOP) return fd;
  how.resolve = resolve | RESOLVE_IN_ROOT;
  const std::string whole = full(name);
  return static_cast<int>(::syscall(SYS_openat2, root_->get(), whole.c_str(), &how, sizeof how));
}

Result<void> Dir::touch(std::string_view verb, std::string_view name) const {
  if (access_->touched) access_->touched->push_back(verb.empty() ? full(name) : std::string(verb) + " " + full(name));
  if (access_->stop && access_->stop->load(std::memory_order_relaxed)) return Error{"the query was cancelled", ECANCELED};
  return {};
}

// Opens what can be read without waiting and without side effects: a FIFO
// would block, and opening some devices makes them act.
Result<Fd> Dir::open_content(std::string_view verb, std::string_view name, bool block_device) const {
  const std::string what(verb);
  if (!is_kernel(name)) {
    const Fd seen(open_raw(name, O_PATH));
    struct stat s;
    if (!seen || ::fstat(seen.get(), &s) != 0) return os_error(what.c_str(), full(name), errno);
    if (!S_ISREG(s.st_mode) && !(block_device && S_ISBLK(s.st_mode))) {
      if (S_ISDIR(s.st_mode)) return os_error(what.c_str(), full(name), EISDIR);
      return Error{what + " '" + full(name) + "': not a regular file", EINVAL};
    }
  }
  Fd fd(open_raw(name, O_RDONLY | O_NONBLOCK | O_NOCTTY));
  if (!fd) return os_error(what.c_str(), full(name), errno);
  return fd;
}

Result<std::string> Dir::slurp(int fd, std::string_view name, size_t size, bool whole) const {
  std::string out;
  char buffer[8192];
  while (out.size() <= size) {
    ssize_t n;
    if (out.size() < sizeof buffer) {
      n = ::read(fd, buffer, sizeof buffer);
      if (n > 0) out.append(buffer, static_cast<size_t>(n));
    } else {
      const size_t old = out.size();
      // One allocation where the size is known: growing a large text step by step costs more than reading it.
      struct stat s;
      if (old == sizeof buffer && ::fstat(fd, &s) == 0 && s.st_size > 0) out.reserve(std::min(static_cast<size_t>(s.st_size), size) + block);
      out.resize(old + std::clamp(old, sizeof buffer, block));
      n = ::read(fd, out.data() + old, out.size() - old);
      out.resize(old + static_cast<size_t>(std::max<ssize_t>(n, 0)));
      if (access_->stop && access_->stop->load(std::memory_order_relaxed)) return Error{"the query was cancelled", ECANCELED};
    }
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return os_error("read", full(name), errno);
    if (n == 0) break;
  }
  if (out.size() > size) {
    if (whole) return Error{"read '" + full(name) + "': larger than " + std::to_string(size) + " bytes", EFBIG};
    out.resize(size);
  }
  return out;
}

Result<std::string> Dir::read(std::string_view name, size_t max) const {
  if (auto noted = touch("", name); !noted) return std::move(noted.error());
  const auto fd = open_content("read", name, false);
  if (!fd) return fd.error();
  return slurp(fd->get(), name, max ? max : access_->read_max, true);
}

Result<std::string> Dir::read_record(std::string_view name) const {
  if (auto noted = touch("", name); !noted) return std::move(noted.error());
  const auto fd = open_content("read", name, false);
  if (!fd) return fd.error();
  char buffer[8192];
  const ssize_t n = ::read(fd->get(), buffer, sizeof buffer);
  if (n < 0) return os_error("read", full(name), errno);
  return std::string(buffer, static_cast<size_t>(n));
}

Result<std::string> Dir::read_start(std::string_view name, size_t size) const {
  if (auto noted = touch("", name); !noted) return std::move(noted.error());
  const auto fd = open_content("read", name, false);
  if (!fd) return fd.error();
  return slurp(fd->get(), name, size, false);
}

Result<Fd> Dir::open(std::string_view name) const {
  if (auto noted = touch("", name); !noted) return std::move(noted.error());
  return open_content("open", name, true);
}

Result<std::vector<Entry>> Dir::list(std::string_view name) const {
  if (auto noted = touch("", name); !noted) return std::move(noted.error());
  const Fd fd(open_raw(name, O_RDONLY | O_DIRECTORY | O_NONBLOCK));
  if (!fd) return os_error("list", full(name), errno);
  std::vector<Entry> entries;
  const int code = each_entry(fd.get(), [&](std::string_view entry, unsigned char type) {
    entries.push_back({std::string(entry), file_type(DTTOIF(type))});
    return true;
  });
  if (code != 0) return os_error("list", full(name), code);
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

Result<void> Dir::links(std::string_view name, const std::function<void(std::string_view, std::string_view)>& each) const {
  if (auto noted = touch("", name); !noted) return noted;
  const Fd fd(open_raw(name, O_RDONLY | O_DIRECTORY | O_NONBLOCK));
  if (!fd) return os_error("list", full(name), errno);
  char target[PATH_MAX];
  const int code = each_entry(fd.get(), [&](std::string_view entry, unsigned char type) {
    if (type != DT_LNK && type != DT_UNKNOWN) return true;
    const ssize_t n = ::readlinkat(fd.get(), entry.data(), target, sizeof target);
    if (n >= 0) each(entry, {target, static_cast<size_t>(n)});
    return true;
  });
  if (code != 0) return os_error("list", full(name), code);
  return {};
}

Result<std::string> Dir::link(std::string_view name) const {
  if (auto noted = touch("", name); !noted) return std::move(noted.error());
  char target[PATH_MAX];
  ssize_t n;
  if (root_) {
    const Fd fd(open_raw(name, O_PATH | O_NOFOLLOW));
    if (!fd) return os_error("readlink", full(name), errno);
    n = ::readlinkat(fd.get(), "", target, sizeof target);
    if (n < 0 && errno == ENOENT) errno = EINVAL;  // what readlink(2) says of something else than a link
  } else {
    const std::string relative(name.substr(std::min(name.find_first_not_of('/'), name.size())));
    n = ::readlinkat(fd_->get(), relative.c_str(), target, sizeof target);
  }
  if (n < 0) return os_error("readlink", full(name), errno);
  return std::string(target, static_cast<size_t>(n));
}

Result<Dir> Dir::enter(std::string_view name) const {
  if (auto noted = touch("", name); !noted) return std::move(noted.error());
  Fd fd(open_raw(name, O_PATH | O_DIRECTORY));
  if (!fd) return os_error("enter", full(name), errno);
  return Dir(std::make_shared<const Fd>(std::move(fd)), root_, full(name), is_kernel(name), access_);
}

Result<std::string> Dir::resolve(std::string_view name) const {
  if (auto noted = touch("resolve", name); !noted) return std::move(noted.error());
  const Fd fd(open_raw(name, O_PATH));
  if (!fd) return os_error("resolve", full(name), errno);
  const auto path_of = [](int open) {
    char target[PATH_MAX];
    const ssize_t n = ::readlink(descriptor_path(open).c_str(), target, sizeof target);
    return std::string(target, static_cast<size_t>(std::max<ssize_t>(n, 0)));
  };
  std::string path = path_of(fd.get());
  if (root_) {
    std::string outside = path_of(root_->get());
    if (outside == "/") outside.clear();
    if (!path.starts_with(outside)) return os_error("resolve", full(name), EXDEV);  // moved meanwhile
    path.erase(0, outside.size());
    if (path.empty()) path = "/";
  }
  if (!path.starts_with('/')) return os_error("resolve", full(name), EINVAL);  // a pipe or a socket
  return path;
}

int Dir::stat_raw(int fd, const char* name, int flags, FileStat& out) {
  struct statx s;
  if (::statx(fd, name, flags | AT_NO_AUTOMOUNT | AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS | STATX_BTIME, &s) != 0) return errno;
  out.type = file_type(s.stx_mode);
  out.mode = s.stx_mode & 07777;
  out.uid = s.stx_uid;
  out.gid = s.stx_gid;
  out.inode = s.stx_ino;
  out.device = makedev(s.stx_dev_major, s.stx_dev_minor);
  out.special_device = makedev(s.stx_rdev_major, s.stx_rdev_minor);
  out.size = static_cast<int64_t>(s.stx_size);
  out.block_size = s.stx_blksize;
  out.atime = s.stx_atime.tv_sec;
  out.mtime = s.stx_mtime.tv_sec;
  out.ctime = s.stx_ctime.tv_sec;
  out.btime = s.stx_mask & STATX_BTIME ? s.stx_btime.tv_sec : 0;
  out.hard_links = s.stx_nlink;
  return 0;
}

Result<FileStat> Dir::stat(std::string_view name, Links links) const {
  if (auto noted = touch("stat", name); !noted) return std::move(noted.error());
  FileStat out;
  int code;
  if (root_) {
    const Fd fd(open_raw(name, O_PATH | (links == Links::keep ? O_NOFOLLOW : 0)));
    code = fd ? stat_raw(fd.get(), "", AT_EMPTY_PATH, out) : errno;
  } else {
    const std::string relative(name.substr(std::min(name.find_first_not_of('/'), name.size())));
    code = stat_raw(fd_->get(), relative.c_str(), (links == Links::keep ? AT_SYMLINK_NOFOLLOW : 0) | (relative.empty() ? AT_EMPTY_PATH : 0), out);
  }
  if (code) return os_error("stat", full(name), code);
  return out;
}

Result<std::vector<std::pair<std::string, std::string>>> Dir::attributes(std::string_view name) const {
  if (auto noted = touch("xattr", name); !noted) return std::move(noted.error());
  const Fd fd(open_raw(name, O_PATH));
  if (!fd) return os_error("xattr", full(name), errno);
  const std::string path = descriptor_path(fd.get());  // the calls refuse O_PATH descriptors
  char names[64 * 1024];                               // XATTR_LIST_MAX, xattr(7)
  const ssize_t length = ::listxattr(path.c_str(), names, sizeof names);
  if (length < 0) return os_error("xattr", full(name), errno);

  std::vector<std::pair<std::string, std::string>> all;
  std::string value(64 * 1024, '\0');  // XATTR_SIZE_MAX
  for (std::string_view rest(names, static_cast<size_t>(length)); !rest.empty();) {
    const std::string key(parse::cut(rest, '\0'));
    const ssize_t n = ::getxattr(path.c_str(), key.c_str(), value.data(), value.size());
    if (n >= 0) all.emplace_back(key, value.substr(0, static_cast<size_t>(n)));
  }
  std::sort(all.begin(), all.end());
  return all;
}

Result<Host> Host::live(Access access) {
  Fd root(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return os_error("enter", "/", errno);
  return Host(Kind::live, Dir(std::make_shared<const Fd>(std::move(root)), nullptr, "", false, std::make_shared<Access>(access)));
}

Result<Host> Host::directory(const std::string& path, Access access) {
  Fd root(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return os_error("enter", path, errno);
  const auto top = std::make_shared<const Fd>(std::move(root));
  return Host(Kind::directory, Dir(top, top, "", false, std::make_shared<Access>(access)));
}

Result<Host> Host::container(int64_t pid) const {
  const std::string path = "/proc/" + std::to_string(pid) + "/root";
  auto root = root_.enter(path);
  if (!root) return std::move(root.error());
  Host host(Kind::container, Dir(root->fd_, root->fd_, "", false, root_.access_));
  // Opened in silence: it is looked into only by mountinfo().
  const std::string process = path.substr(0, path.rfind('/'));
  Fd opened(root_.open_raw(process, O_PATH | O_DIRECTORY));
  if (opened) host.process_ = Dir(std::make_shared<const Fd>(std::move(opened)), root_.root_, process, true, root_.access_);
  return host;
}

Result<std::string> Host::mountinfo() const {
  if (kind_ != Kind::container) return root_.read("/proc/self/mountinfo");
  if (!process_) return Error{"read the mounts of a container: its process is gone", ESRCH};
  return process_->read("mountinfo");
}

Result<FsUsage> Host::usage(std::string_view path) const {
  if (auto noted = root_.touch("statfs", path); !noted) return std::move(noted.error());
  if (kind_ == Kind::directory) {
    const Fd listed(root_.open_raw("@statfs", O_RDONLY));
    if (listed) {
      const auto text = root_.slurp(listed.get(), "@statfs", root_.access_->read_max, true);
      if (!text) return text.error();
      if (const auto usage = listed_usage(*text, path)) return *usage;
      return Error{"statfs '" + std::string(path) + "': not in @statfs", ENOENT};
    }
  }
  Fd fd(root_.open_raw(path, O_PATH));
  if (!fd) return os_error("statfs", path, errno);
  return bounded_usage(std::move(fd), std::string(path));
}

Result<std::string> Host::fact(std::string_view name, const std::function<Result<std::string>()>& ask) const {
  const std::string file = "@" + std::string(name);
  if (auto noted = root_.touch("", file); !noted) return std::move(noted.error());
  if (kind_ != Kind::directory) return ask();
  const Fd fd(root_.open_raw(file, O_RDONLY));
  if (!fd && errno == ENOENT) return Error{std::string(name) + ": known of a running machine only, not of a directory", ENOENT};
  if (!fd) return os_error("read", file, errno);
  return root_.slurp(fd.get(), file, root_.access_->read_max, true);
}

int64_t Host::user() const {
  const auto text = fact("euid", [] { return Result<std::string>(std::to_string(::geteuid())); });
  return text ? parse::number(parse::trim(*text)).value_or(0) : 0;
}

int64_t Host::now() const {
  // Not time(2): at the start of a second, when scheduled queries run, it still tells the second before.
  const auto seconds = [] { return SystemClock().unix_time(); };
  const auto text = fact("now", [&] { return Result<std::string>(std::to_string(seconds())); });
  const auto fixed = text ? parse::number(parse::trim(*text)) : std::nullopt;
  return fixed ? *fixed : seconds();
}

}  // namespace vigil
