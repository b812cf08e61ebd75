// SPDX-License-Identifier: Apache-2.0
#include "core/host/walk.h"

#include <dirent.h>
#include <endian.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <span>

#include "core/host/entries.h"

namespace vigil {
namespace {

// Deeper directories are not entered: each level holds a descriptor, and users
// can make trees without end. A path of PATH_MAX has this depth with names of 15 bytes.
constexpr size_t max_depth = 256;

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK;

Error across_network(const std::string& path) { return {"'" + path + "' is on a network file system", EREMOTE}; }

// The first eight bytes as a number that sorts as they do.
uint64_t head_of(const char* name, size_t size) {
  uint64_t head = 0;
  std::memcpy(&head, name, std::min(size, sizeof head));
  return be64toh(head);
}

// Sorts by what stands in the text from byte `from` of each name on, of which
// `head` holds the start. Most names differ in a few such numbers, so names
// are not compared byte by byte, all over the text.
template <class Name>
void sort_names(std::span<Name> names, const char* text, size_t from) {
  std::sort(names.begin(), names.end(), [](const Name& a, const Name& b) { return a.head < b.head; });
  from += sizeof names[0].head;
  for (size_t i = 0; i < names.size();) {
    size_t end = i + 1;
    while (end < names.size() && names[end].head == names[i].head) ++end;
    if (end - i > 1 && names[i].head & 0xff) {
      const auto same = names.subspan(i, end - i);
      for (Name& name : same) name.head = head_of(text + name.at + from, name.size - from);
      sort_names(same, text, from);
    }
    i = end;
  }
}

}  // namespace

Walk::Walk(const Host& host, std::vector<parse::PathPattern> patterns, Options options, Skip skip)
    : host_(host), patterns_(std::move(patterns)), options_(options), skip_(std::move(skip)) {
  const auto descends = [](const parse::PathPattern& p) { return p.recursive || p.names.size() > 1; };
  if (options_.skip_network || std::any_of(patterns_.begin(), patterns_.end(), descends)) {
    barriers_.emplace(host_, options_.skip_network);
    if (barriers_->empty()) barriers_.reset();
  }
}

bool Walk::next() {
  while (!stopped()) {
    if (descend_) {
      const Pending pending = std::move(*descend_);
      descend_.reset();
      pending.path.empty() ? enter_child(pending) : enter_path(pending);
    } else if (depth_ > 0) {
      Level& level = levels_[depth_ - 1];
      if (level.at == level.names.size()) {
        level.fd = Fd();
        --depth_;
        continue;
      }
      const Name& name = level.names[level.at++];
      path_.resize(level.path);
      path_.append(level.text, name.at, name.size);
      name_ = level.path;
      type_ = static_cast<FileType>(name.type);
      seen_.reset();
      target_.reset();
      if (visit(level)) return true;
    } else if (!links_.empty()) {
      by_link_ = true;
      const Pending pending = std::move(links_.front());
      links_.pop_front();
      enter_path(pending);
    } else if (pattern_ < patterns_.size()) {
      if (start(patterns_[pattern_++])) return true;
    } else {
      return false;
    }
  }
  return false;
}

bool Walk::stopped() const {
  const std::atomic<bool>* stop = host_.access().stop;
  return stop && stop->load(std::memory_order_relaxed);
}

// True when the pattern is the path of one file, and that exists.
bool Walk::start(const parse::PathPattern& pattern) {
  by_link_ = false;
  trees_.clear();
  if (!pattern.base.starts_with('/')) {
    skip_(Error{"walk '" + pattern.base + "': not an absolute path", EINVAL});
    return false;
  }
  if (!pattern.names.empty()) {
    enter_path({pattern.base, 0, false});
    return false;
  }
  path_ = pattern.base;
  type_ = FileType::unknown;
  seen_.reset();
  target_.reset();
  return find_type();
}

// Whether the file at hand is part of the answer; also plans where to go from it.
bool Walk::visit(Level& level) {
  const parse::PathPattern& pattern = patterns_[pattern_ - 1];
  if (type_ == FileType::unknown && !find_type()) return false;
  if (!level.below && level.component + 1 < pattern.names.size()) {
    const size_t next = level.component + 1;
    if (type_ == FileType::directory)
      descend_ = {"", next, false};
    else if (type_ == FileType::symlink && leads_to_directory())
      descend_ = {path_ + "/", next, false};
    return false;
  }
  if (pattern.directories_only && !leads_to_directory()) return false;
  if (!level.below && !pattern.recursive) return true;
  if (type_ == FileType::directory)
    descend_ = {"", 0, true};
  else if (type_ == FileType::symlink && options_.follow && follow_link())
    links_.push_back({path_ + "/", 0, true});
  return true;
}

// Asks what the directory did not tell: of which type the file at hand is, and whether it exists.
bool Walk::find_type() {
  if (crosses(false)) {
    skip_(across_network(path_));
    return false;
  }
  auto found = stat(Links::keep);
  if (!found) return false;
  type_ = found->type;
  seen_ = std::move(*found);
  return true;
}

// True when path_ (`link`: or what it leads to) is a mount point to be left alone, or is behind one.
bool Walk::crosses(bool link) const {
  if (!barriers_) return false;
  if (depth_ == 0) return barriers_->stop_on_the_way(host_, path_, link || path_.ends_with('/'));
  const size_t parent = levels_[depth_ - 1].real;
  const std::string real = real_.substr(0, parent) + path_.substr(name_);
  return link ? barriers_->stop_on_the_way(host_, real, true, parent - 1) : barriers_->stop(real);
}

bool Walk::leads_to_directory() {
  if (type_ != FileType::symlink) return type_ == FileType::directory;
  if (!target_) target_ = stat(Links::follow);
  return *target_ && (*target_)->type == FileType::directory;
}

// Whether the link at hand leads to a directory that a recursive walk goes on
// with. The links of /proc that lead into other processes' worlds do not.
bool Walk::follow_link() {
  return !crosses(true) && leads_to_directory() && Fd(host_.root().open_raw(path_, O_PATH | O_DIRECTORY, RESOLVE_NO_MAGICLINKS));
}

// True when `real` is in a tree that was walked already.
bool Walk::known(std::string_view real) const {
  while (true) {
    if (trees_.contains(std::string(real))) return true;
    if (real.size() <= 1) return false;
    real = real.substr(0, std::max<size_t>(1, real.rfind('/')));
  }
}

void Walk::failed(std::string_view path, int code) {
  // What is gone since it was listed, was never there or became a link is not missing.
  if (code != ENOENT && code != ENOTDIR && code != ELOOP) skip_(os_error("list", path, code));
}

void Walk::enter_path(const Pending& pending) {
  path_ = pending.path;
  if (!path_.ends_with('/')) path_ += '/';
  const std::string_view shown = std::string_view(path_).substr(0, std::max<size_t>(1, path_.size() - 1));
  if (barriers_ && barriers_->stop_on_the_way(host_, path_, true)) return;
  const parse::PathPattern& pattern = patterns_[pattern_ - 1];
  const bool new_tree = pending.below || pattern.names[pending.component].everything();
  if (barriers_ || by_link_ || (pattern.recursive && options_.follow)) {
    const auto real = host_.resolve(shown);
    if (!real) return failed(shown, real.error().code);
    if (by_link_ && known(*real)) return;
    if (new_tree) trees_.insert(*real);
    real_ = *real;
    if (!real_.ends_with('/')) real_ += '/';
  }
  if (!host_.root().touch("", shown)) return;
  Fd fd(host_.root().open_raw(shown, directory_flags));
  if (!fd) return failed(shown, errno);
  push(std::move(fd), pending);
}

void Walk::enter_child(const Pending& pending) {
  const Level& parent = levels_[depth_ - 1];
  if (crosses(false)) return;
  if (depth_ >= max_depth) return skip_(Error{"list '" + path_ + "': more than " + std::to_string(max_depth) + " directories deep", ELOOP});
  if (!host_.root().touch("", path_)) return;
  // One name and no link: this cannot lead out of a confined host.
  Fd fd(::openat(parent.fd.get(), path_.c_str() + name_, directory_flags | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return failed(path_, errno);
  const bool above = !parent.below && patterns_[pattern_ - 1].recursive && options_.follow;
  if (barriers_ || by_link_ || above) {
    real_.resize(parent.real);
    real_ += std::string_view(path_).substr(name_);
    if (by_link_ && trees_.contains(real_)) return;
    if (above && pending.below) trees_.insert(real_);
    real_ += '/';
  }
  path_ += '/';
  push(std::move(fd), pending);
}

void Walk::push(Fd fd, const Pending& pending) {
  const parse::PathPattern& pattern = patterns_[pattern_ - 1];
  if (levels_.size() == depth_) levels_.emplace_back();
  Level& level = levels_[depth_];
  level.fd = std::move(fd);
  level.path = path_.size();
  level.real = real_.size();
  level.component = pending.component;
  level.below = pending.below;
  level.text.clear();
  level.names.clear();
  level.at = 0;

  if (!level.below && pattern.names[level.component].literal()) {
    const std::string& name = pattern.names[level.component].text();
    if (name == "." || name == ".." || name.size() > PATH_MAX) return;
    level.names.push_back({0, 0, static_cast<uint32_t>(name.size()), static_cast<uint32_t>(FileType::unknown)});
    level.text = name;
  } else if (const int code = read(level)) {
    failed(path_, code);
  }
  ++depth_;
}

int Walk::read(Level& level) {
  const parse::NamePattern* wanted = level.below ? nullptr : &patterns_[pattern_ - 1].names[level.component];
  bool full = false;
  const int code = each_entry(level.fd.get(), [&](std::string_view name, unsigned char type) {
    if (wanted && !wanted->matches(name)) return true;
    level.names.push_back({head_of(name.data(), name.size()), static_cast<uint32_t>(level.text.size()), static_cast<uint32_t>(name.size()),
                           static_cast<uint32_t>(file_type(DTTOIF(type)))});
    level.text += name;
    full = level.text.size() > UINT32_MAX - PATH_MAX;
    return !full && !stopped();
  });
  if (full) return EOVERFLOW;
  sort_names(std::span(level.names), level.text.data(), 0);
  return code;
}

Result<FileStat> Walk::stat(Links links) const {
  const bool follow = links == Links::follow && type_ == FileType::symlink;
  if (!follow && seen_) return *seen_;
  if (follow && target_) return *target_;
  if (crosses(follow)) return across_network(path_);
  if (depth_ == 0 || (follow && host_.kind() != Host::Kind::live)) return host_.stat(path_, follow ? Links::follow : Links::keep);
  if (auto noted = host_.root().touch("stat", path_); !noted) return std::move(noted.error());
  FileStat out;
  const int code = Dir::stat_raw(levels_[depth_ - 1].fd.get(), path_.c_str() + name_, follow ? 0 : AT_SYMLINK_NOFOLLOW, out);
  if (code) return os_error("stat", path_, code);
  return out;
}

Result<std::string> Walk::target() const {
  if (!crosses(true)) {
    auto target = host_.resolve(path_);
    if (target) return target;
  }
  return host_.link(path_);
}

Result<std::vector<std::pair<std::string, std::string>>> Walk::attributes() const {
  if (crosses(type_ == FileType::symlink)) return across_network(path_);
  return host_.root().attributes(path_);
}

Result<std::string> Walk::read(size_t max) const {
  const auto fd = open();
  if (!fd) return fd.error();
  return host_.root().slurp(fd->get(), path_, max, true);
}

Result<Fd> Walk::open() const {
  if (crosses(type_ == FileType::symlink)) return across_network(path_);
  const bool direct = depth_ > 0 && type_ == FileType::regular;
  if (!direct && type_ != FileType::symlink && type_ != FileType::regular) return Error{"open '" + path_ + "': not a regular file", EINVAL};
  Fd fd;
  if (direct) {
    if (auto noted = host_.root().touch("", path_); !noted) return std::move(noted.error());
    Fd opened(::openat(levels_[depth_ - 1].fd.get(), path_.c_str() + name_, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened) return os_error("open", path_, errno);
    fd = std::move(opened);
  } else {
    auto opened = host_.open(path_);
    if (!opened) return std::move(opened.error());
    fd = std::move(*opened);
  }
  struct stat s;
  if (::fstat(fd.get(), &s) != 0) return os_error("open", path_, errno);
  if (!S_ISREG(s.st_mode)) return Error{"open '" + path_ + "': not a regular file", EINVAL};
  return fd;
}

}  // namespace vigil
