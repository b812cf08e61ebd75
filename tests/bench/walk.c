// SPDX-License-Identifier: Apache-2.0
// The least that a walk of a tree can cost: getdents64(2) of each directory,
// and with a second argument statx(2) of each entry. Prints the count.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct record {
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  uint8_t type;
  char name[];
};

static size_t count;
static int with_stat;

static void walk(int parent, const char* name) {
  const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return;
  _Alignas(struct record) char buffer[32768];
  long n;
  while ((n = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < n;) {
      const struct record* entry = (const struct record*)(buffer + at);
      at += entry->length;
      if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0) continue;
      ++count;
      struct statx s;
      if (with_stat) statx(fd, entry->name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &s);
      if (entry->type == DT_DIR) walk(fd, entry->name);
    }
  }
  close(fd);
}

int main(int argc, char** argv) {
  with_stat = argc > 2;
  walk(AT_FDCWD, argc > 1 ? argv[1] : "/usr");
  printf("%zu\n", count);
  return 0;
}
