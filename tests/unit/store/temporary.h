// SPDX-License-Identifier: Apache-2.0
// What tests of the store share: a directory that goes with the test, and the
// test program itself as a child process.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "core/store/store.h"

namespace vigil::store::test {

class Temporary {
 public:
  Temporary() {
    std::string name = (std::filesystem::temp_directory_path() / "vigil_store_XXXXXX").string();
    if (!::mkdtemp(name.data())) std::abort();
    path_ = name;
  }
  ~Temporary() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline bool never() { return false; }

// A child has to be a fresh program: the threads of an open store do not
// survive fork(2). It runs one disabled test, with STORE_PATH set.
inline pid_t start_child(const std::string& test, const std::string& path) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setenv("STORE_PATH", path.c_str(), 1);
  const std::string filter = "--gtest_filter=" + test;
  ::execl("/proc/self/exe", "vigil_unit", "--gtest_also_run_disabled_tests", "--gtest_brief=1", filter.c_str(), nullptr);
  ::_exit(127);
}

inline int end_of(pid_t child) {
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

// True once `path` exists; false when that takes absurdly long.
inline bool wait_for(const std::string& path) {
  for (int i = 0; i < 3000; ++i, ::usleep(10'000))
    if (std::filesystem::exists(path)) return true;
  return false;
}

using Entries = std::map<std::string, std::string>;

// All keys of a domain; a failed test where one cannot be read.
inline Entries all(const Store& store, Domain domain, std::string_view prefix = {}, std::string_view from = {}) {
  Entries entries;
  const auto cursor = store.scan(domain, prefix, from);
  while (cursor->next()) entries.emplace(cursor->key(), cursor->value());
  EXPECT_FALSE(cursor->error()) << cursor->error()->message;
  return entries;
}

inline std::string value_of(const Store& store, Domain domain, std::string_view key) {
  const auto value = store.get(domain, key);
  EXPECT_TRUE(value) << (value ? "" : value.error().message);
  return value && *value ? **value : "(none)";
}

inline void put(Store& store, Domain domain, const std::string& key, const std::string& value) {
  Batch batch;
  batch.put(domain, key, value);
  const auto written = store.write(batch);
  ASSERT_TRUE(written) << written.error().message;
}

// Opens without a note and without waiting.
inline std::unique_ptr<Store> open_sound(const std::string& path) {
  auto opened = open_store({.path = path}, never);
  EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
  if (!opened) return nullptr;
  for (const auto& note : opened->notes) ADD_FAILURE() << note;
  return std::move(opened->store);
}

}  // namespace vigil::store::test
