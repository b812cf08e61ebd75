// SPDX-License-Identifier: Apache-2.0
// The entries of an open directory as getdents64(2) gives them, without a copy.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string_view>

namespace vigil {

// Calls `each` with the name (which ends in a NUL byte) and the DT_* type of
// everything in an open directory but "." and "..", until it returns false.
// The errno of what failed, or 0.
template <class Each>
int each_entry(int fd, const Each& each) {
  struct Record {  // linux_dirent64
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
  };
  alignas(Record) char buffer[32 * 1024];
  while (true) {
    const long n = ::syscall(SYS_getdents64, fd, buffer, sizeof buffer);
    if (n < 0) return errno;
    if (n == 0) return 0;
    for (long at = 0; at < n;) {
      const auto* record = reinterpret_cast<const Record*>(buffer + at);
      at += record->length;
      const std::string_view name = record->name;
      if (name != "." && name != ".." && !each(name, record->type)) return 0;
    }
  }
}

}  // namespace vigil
