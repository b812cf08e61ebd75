// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/last_end.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace vigil::watch {
namespace {

TEST(LastEndTest, ThereAndBack) {
  const LastEnd end = {true, 9, true, "Memory limits exceeded: 5 bytes (limit is 0MB)", 1700000000};
  EXPECT_EQ(to_text(end), "1700000000 9 1 Memory limits exceeded: 5 bytes (limit is 0MB)");
  const LastEnd back = parse_last_end(to_text(end));
  EXPECT_TRUE(back.known);
  EXPECT_EQ(back.signal, 9);
  EXPECT_TRUE(back.limit);
  EXPECT_EQ(back.reason, end.reason);
  EXPECT_EQ(back.time, end.time);
  EXPECT_TRUE(parse_last_end("0 0 0 ").known);
  EXPECT_TRUE(parse_last_end("0 0 0").known);
}

TEST(LastEndTest, NonsenseIsUnknown) {
  for (const std::string& text : {std::string(), std::string("1"), std::string("1 2"), std::string("-1 9 1 x"), std::string("1 99 1 x"),
                                  std::string("1 -9 1 x"), std::string("1 9 2 x"), std::string("1 9  x"), std::string("x 9 1 x"),
                                  std::string("99999999999999999999 9 1 x"), "1 9 1 " + std::string(2000, 'x')})
    EXPECT_FALSE(parse_last_end(text).known) << text;
}

TEST(LastEndTest, OfAWorkerItself) {
  ::setenv("OSQUERY_WORKER", std::to_string(::getpid()).c_str(), 1);
  EXPECT_TRUE(is_worker());
  ::setenv("OSQUERY_WORKER", std::to_string(::getppid()).c_str(), 1);
  EXPECT_FALSE(is_worker()) << "a program that a worker starts is no worker";
  ::unsetenv("OSQUERY_WORKER");
  EXPECT_FALSE(is_worker());
  EXPECT_FALSE(last_end().known);
}

}  // namespace
}  // namespace vigil::watch
