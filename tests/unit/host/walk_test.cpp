// SPDX-License-Identifier: Apache-2.0
#include "core/host/walk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>

namespace vigil {
namespace {

class WalkTest : public testing::Test {
 protected:
  WalkTest() {
    char name[] = "/tmp/vigil-walk-XXXXXX";
    root_ = ::mkdtemp(name);
  }
  ~WalkTest() override { std::filesystem::remove_all(root_); }

  std::string root_;
};

TEST_F(WalkTest, AStoppedQueryEndsTheWalk) {
  for (int i = 0; i < 10; ++i) std::filesystem::create_directories(root_ + "/d" + std::to_string(i) + "/sub");
  std::atomic<bool> stop = false;
  const auto host = Host::directory(root_, {.stop = &stop});
  Walk walk(*host, {parse::PathPattern::below("/", true)}, {}, [](const Error&) {});
  EXPECT_TRUE(walk.next());
  stop = true;
  EXPECT_FALSE(walk.next());
}

TEST_F(WalkTest, AnEndlessTreeIsCutAndSaidSo) {
  int at = ::open(root_.c_str(), O_PATH | O_DIRECTORY);
  for (int i = 0; i < 300; ++i) {
    ASSERT_EQ(::mkdirat(at, "d", 0700), 0);
    const int next = ::openat(at, "d", O_PATH | O_DIRECTORY);
    ::close(at);
    at = next;
  }
  ::close(at);
  const auto host = Host::directory(root_);
  std::string reason;
  Walk walk(*host, {parse::PathPattern::below("/", true)}, {}, [&](const Error& error) { reason = error.message; });
  int found = 0;
  while (walk.next()) ++found;
  EXPECT_EQ(found, 256);
  EXPECT_NE(reason.find("more than 256 directories deep"), std::string::npos) << reason;
}

TEST_F(WalkTest, ALinkMadeOfADirectoryMeanwhileIsNotFollowed) {
  std::filesystem::create_directories(root_ + "/host/secret");
  std::filesystem::create_directories(root_ + "/inside/a");
  const auto host = Host::directory(root_ + "/inside");
  Walk walk(*host, {parse::PathPattern::below("/", true)}, {}, [](const Error&) {});
  ASSERT_TRUE(walk.next());
  EXPECT_EQ(walk.path(), "/a");
  std::filesystem::remove(root_ + "/inside/a");
  std::filesystem::create_symlink("../host", root_ + "/inside/a");
  EXPECT_FALSE(walk.next());
}

TEST_F(WalkTest, NamesWithoutAnEndAreNoProblem) {
  const std::string name(255, 'n');
  std::string path = root_;
  int at = ::open(root_.c_str(), O_PATH | O_DIRECTORY);
  for (int i = 0; i < 30; ++i) {  // 7,680 bytes: more than PATH_MAX
    ASSERT_EQ(::mkdirat(at, name.c_str(), 0700), 0);
    const int next = ::openat(at, name.c_str(), O_PATH | O_DIRECTORY);
    ::close(at);
    at = next;
  }
  ::close(at);
  const auto host = Host::directory(root_);
  Walk walk(*host, {parse::PathPattern::below("/", true)}, {}, [](const Error&) {});
  int found = 0;
  while (walk.next()) {
    ++found;
    EXPECT_TRUE(walk.stat(Links::follow));
  }
  EXPECT_EQ(found, 30);
}

}  // namespace
}  // namespace vigil
