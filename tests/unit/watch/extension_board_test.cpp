// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/extension_board.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "extensions/autoload.h"
#include "osqueryd/watch/names.h"

namespace vigil::watch {
namespace {

sql::ExtensionProcessInfo info(const std::string& path, int64_t number) {
  sql::ExtensionProcessInfo made{path, "running", number, number, number, number, number, number};
  made.last_end = std::string(200, static_cast<char>('a' + number % 26));
  return made;
}

TEST(ExtensionBoardTest, WhatIsWrittenIsRead) {
  const auto board = ExtensionBoard::make();
  ASSERT_TRUE(board) << board.error().message;
  EXPECT_TRUE((*board)->read().empty());
  (*board)->write(extensions::most_extensions - 1, info("/last.ext", 2));
  (*board)->write(0, info("/first.ext", 1));
  (*board)->write(extensions::most_extensions, info("/none.ext", 3));
  (*board)->write(0, info("/first.ext", 4));
  const auto all = (*board)->read();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].path, "/first.ext");
  EXPECT_EQ(all[0].pid, 4);
  EXPECT_EQ(all[0].next_start, 4);
  EXPECT_EQ(all[0].uuid, -1);
  EXPECT_EQ(all[1].path, "/last.ext");
  EXPECT_EQ(all[1].state, "running");
  EXPECT_EQ(all[1].last_end, std::string(200, 'c'));
}

TEST(ExtensionBoardTest, LongTextsAreCut) {
  const auto board = ExtensionBoard::make();
  ASSERT_TRUE(board);
  sql::ExtensionProcessInfo longest;
  longest.path = longest.state = longest.last_end = std::string(5000, 'x');
  (*board)->write(3, longest);
  const auto all = (*board)->read();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].path, std::string(1024, 'x'));
  EXPECT_EQ(all[0].state, std::string(16, 'x'));
  EXPECT_EQ(all[0].last_end, std::string(256, 'x'));
}

TEST(ExtensionBoardTest, NoTornRows) {
  const auto board = ExtensionBoard::make();
  ASSERT_TRUE(board);
  std::atomic<bool> stop = false;
  (*board)->write(0, info("/x.ext", 0));
  std::thread writer([&] {
    for (int64_t i = 1; !stop; ++i) (*board)->write(0, info("/x.ext", i));
  });
  for (int i = 0; i < 20000; ++i)
    for (const auto& read : (*board)->read()) {
      EXPECT_EQ(read.pid, read.next_start);
      EXPECT_EQ(read.last_end, std::string(200, static_cast<char>('a' + read.pid % 26)));
    }
  stop = true;
  writer.join();
}

TEST(ExtensionBoardTest, HandedDown) {
  const auto board = ExtensionBoard::make();
  ASSERT_TRUE(board);
  (*board)->write(0, info("/x.ext", 7));
  ::setenv(extension_board_variable, std::to_string(::fcntl((*board)->descriptor(), F_DUPFD, 100)).c_str(), 1);
  const auto other = ExtensionBoard::from_environment();
  EXPECT_EQ(std::getenv(extension_board_variable), nullptr);
  ASSERT_TRUE(other);
  (*board)->write(0, info("/x.ext", 8));
  EXPECT_EQ(other->read().at(0).pid, 8);
  EXPECT_EQ(::ftruncate((*board)->descriptor(), 0), -1);

  const int nothing = ::open("/dev/null", O_RDONLY);
  for (const std::string& bad :
       {std::string(), std::string("x"), std::string("-1"), std::string("0"), std::string("999999"), std::to_string(nothing)}) {
    ::setenv(extension_board_variable, bad.c_str(), 1);
    EXPECT_FALSE(ExtensionBoard::from_environment()) << bad;
  }
  EXPECT_EQ(::close(nothing), 0);
}

}  // namespace
}  // namespace vigil::watch
