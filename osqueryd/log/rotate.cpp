// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/rotate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "core/base/fd.h"
#include "core/sql/module.h"
#include "core/base/zstd_module.h"

namespace vigil::log {
namespace {

std::string numbered(const std::string& path, uint64_t number) { return path + '.' + std::to_string(number); }
std::string packed(const std::string& path, uint64_t number) { return numbered(path, number) + ".zst"; }

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<void> move(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) return os_error("rename", from, errno);
  return {};
}

Result<void> compress(const std::string& source, const std::string& target) {
  const auto zstd = sql::module_interface<VigilZstd>("zstd", "vigil_zstd");
  if (!zstd) return zstd.error();
  const Fd from(::open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!from) return os_error("read", source, errno);
  struct stat status {};
  if (::fstat(from.get(), &status) != 0) return os_error("stat", source, errno);
  const std::string unfinished = target + ".tmp";
  (void)::unlink(unfinished.c_str());
  const Fd to(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 07777));
  if (!to) return os_error("create", unfinished, errno);
  auto done = (*zstd)->compress(from.get(), to.get(), source, unfinished);
  if (done) done = move(unfinished, target);
  if (!done) (void)::unlink(unfinished.c_str());
  if (done && ::unlink(source.c_str()) != 0) return os_error("remove", source, errno);
  return done;
}

// What an interrupted rotation left: a file number 2 that is not compressed yet,
// or is and only has to go.
Result<void> finish(const std::string& path) {
  const std::string plain = numbered(path, 2);
  if (!exists(plain)) return {};
  if (!exists(packed(path, 2))) return compress(plain, packed(path, 2));
  if (::unlink(plain.c_str()) != 0) return os_error("remove", plain, errno);
  return {};
}

// Removes what is numbered `most` and above, as far as there is no gap.
void remove_surplus(const std::string& path, uint64_t most) {
  for (uint64_t i = most; ::unlink((i < 2 ? numbered(path, i) : packed(path, i)).c_str()) == 0; ++i) continue;
}

}  // namespace

Result<void> rotate(const std::string& path, uint64_t most) {
  if (auto done = finish(path); !done) return done;
  uint64_t last = 1;
  while (exists(packed(path, last + 1))) ++last;
  for (uint64_t i = last; i >= 2; --i)
    if (auto done = move(packed(path, i), packed(path, i + 1)); !done) return done;
  if (auto done = move(numbered(path, 1), numbered(path, 2)); !done) return done;
  if (auto done = move(path, numbered(path, 1)); !done) return done;
  auto done = most > 2 ? finish(path) : Result<void>();
  if (most <= 2) (void)::unlink(numbered(path, 2).c_str());
  remove_surplus(path, most < 1 ? 1 : most);
  return done;
}

}  // namespace vigil::log
