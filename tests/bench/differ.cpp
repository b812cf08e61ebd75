// SPDX-License-Identifier: Apache-2.0
// What the differ costs beside the scan that it follows: lists a directory tree
// into a result of `rows` rows (path, inode, size, mode, mtime), compares it with
// the same stored result, and prints the microseconds of both.
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "osqueryd/results/differ.h"

namespace {

using namespace vigil;
using Clock = std::chrono::steady_clock;

int64_t since(Clock::time_point start) { return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count(); }

results::RowSet scan(const std::string& root, size_t limit) {
  results::RowSet rows({"path", "inode", "size", "mode", "mtime"});
  std::error_code ignored;
  for (std::filesystem::recursive_directory_iterator at(root, ignored), end; at != end && rows.size() < limit; at.increment(ignored)) {
    struct stat s;
    const std::string path = at->path();
    if (::lstat(path.c_str(), &s) != 0) continue;
    const auto number = [](int64_t value) { return sql::Value{.kind = sql::Value::Kind::integer, .integer = value}; };
    const sql::Value row[] = {{.kind = sql::Value::Kind::text, .bytes = path},
                              number(static_cast<int64_t>(s.st_ino)),
                              number(s.st_size),
                              number(s.st_mode),
                              number(s.st_mtime)};
    rows.add(row);
  }
  return rows;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: differ TREE ROWS STORE\n");
    return 2;
  }
  const size_t limit = std::strtoul(argv[2], nullptr, 10);
  const auto opened = store::open_store({.path = argv[3]}, [] { return false; });
  if (!opened) {
    std::fprintf(stderr, "%s\n", opened.error().message.c_str());
    return 1;
  }
  const results::Differ differ(*opened->store);
  int64_t best_scan = INT64_MAX, best_compare = INT64_MAX;
  size_t rows = 0;
  for (int i = 0; i < 10; ++i) {
    auto start = Clock::now();
    const auto set = scan(argv[1], limit);
    best_scan = std::min(best_scan, since(start));
    rows = set.size();
    store::Batch batch;
    start = Clock::now();
    const auto difference = differ.compare("bench", "", set, 0, results::Differ::Mode::whole, batch);
    if (i > 0) best_compare = std::min(best_compare, since(start));
    if (!difference || !opened->store->write(batch)) return 1;
  }
  std::printf("rows %zu scan %lld compare %lld\n", rows, static_cast<long long>(best_scan), static_cast<long long>(best_compare));
  return 0;
}
