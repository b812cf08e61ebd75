// SPDX-License-Identifier: Apache-2.0
#include "extensions/sdk/hangups.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace vigil::sdk {
namespace {

struct Pair {
  Pair() {
    std::array<int, 2> fds{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
    ours = Fd(fds[0]);
    theirs = Fd(fds[1]);
  }
  Fd ours, theirs;
};

TEST(HangupsTest, TellsOfAPeerThatIsGone) {
  const auto hangups = Hangups::make();
  ASSERT_TRUE(hangups);
  Pair gone, here;
  std::atomic<bool> stop = false, other = false;
  const Hangups::Watch watch(**hangups, gone.ours.get(), stop), beside(**hangups, here.ours.get(), other);
  gone.theirs = Fd();
  stop.wait(false);
  EXPECT_TRUE(stop);
  EXPECT_FALSE(other);
}

TEST(HangupsTest, TellsOfAConnectionThatIsShutDownHere) {
  const auto hangups = Hangups::make();
  Pair pair;
  std::atomic<bool> stop = false;
  const Hangups::Watch watch(**hangups, pair.ours.get(), stop);
  ::shutdown(pair.ours.get(), SHUT_RDWR);
  stop.wait(false);
}

TEST(HangupsTest, ACallAfterTheOther) {
  const auto hangups = Hangups::make();
  Pair pair;
  std::atomic<bool> first = false, second = false;
  { const Hangups::Watch watch(**hangups, pair.ours.get(), first); }
  const Hangups::Watch watch(**hangups, pair.ours.get(), second);
  // What comes is no hangup.
  EXPECT_EQ(::write(pair.theirs.get(), "x", 1), 1);
  pair.theirs = Fd();
  second.wait(false);
  EXPECT_FALSE(first);
}

}  // namespace
}  // namespace vigil::sdk
