// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/board.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace vigil::schedule {
namespace {

class BoardTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/board.XXXXXX";
    ASSERT_TRUE(::mkdtemp(name));
    directory_ = name;
    path_ = directory_ + "/running";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string directory_, path_;
};

TEST_F(BoardTest, SurvivesAKilledProcess) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto board = Board::open(path_);
    const auto first = (*board)->put("gone", 1);
    const auto second = (*board)->put("slow", 1700000000000000);
    (*board)->remove(*first);
    (*board)->update(*second, 5000, 4000, 300);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));

  const auto board = Board::open(path_);
  ASSERT_TRUE(board) << board.error().message;
  ASSERT_EQ((*board)->suspects().size(), 1U);
  const Suspect& suspect = (*board)->suspects().front();
  EXPECT_EQ(suspect.name, "slow");
  EXPECT_EQ(suspect.started, 1700000000000000);
  EXPECT_EQ(suspect.wall, 5000);
  EXPECT_EQ(suspect.cpu, 4000);
  EXPECT_EQ(suspect.memory, 300);

  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
  // They were told once.
  EXPECT_TRUE((*Board::open(path_))->suspects().empty());
}

TEST_F(BoardTest, WhatIsFrozenStays) {
  {
    const auto board = Board::open(path_);
    const auto place = (*board)->put("hungry", 1);
    (*board)->freeze();
    (*board)->remove(*place);
    EXPECT_FALSE((*board)->put("late", 2));
  }
  const auto board = Board::open(path_);
  ASSERT_EQ((*board)->suspects().size(), 1U);
  EXPECT_EQ((*board)->suspects().front().name, "hungry");
}

TEST_F(BoardTest, HasSoManyPlaces) {
  const auto board = Board::open(path_);
  std::optional<size_t> last;
  for (int i = 0; i < 16; ++i) {
    last = (*board)->put("q" + std::to_string(i), i);
    ASSERT_TRUE(last) << i;
  }
  EXPECT_FALSE((*board)->put("one too many", 16));
  (*board)->remove(*last);
  EXPECT_TRUE((*board)->put(std::string(5000, 'x'), 17));
}

TEST_F(BoardTest, TakesNoLinkAndNoDamage) {
  std::ofstream(path_) << std::string(100000, '\xff');
  const auto damaged = Board::open(path_);
  ASSERT_TRUE(damaged);
  EXPECT_TRUE((*damaged)->suspects().empty());

  ASSERT_EQ(::symlink("/etc/passwd", (directory_ + "/link").c_str()), 0);
  EXPECT_FALSE(Board::open(directory_ + "/link"));
  EXPECT_FALSE(Board::open(directory_ + "/absent/running"));
}

}  // namespace
}  // namespace vigil::schedule
