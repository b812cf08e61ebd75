// SPDX-License-Identifier: Apache-2.0
#include "core/host/netlink.h"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>

#include "core/parse/netlink.h"

namespace vigil {
namespace {

TEST(Netlink, GivesAllMessagesOfADump) {
  const auto host = Host::live();
  Netlink netlink(*host);
  for (int again = 0; again < 2; ++again) {  // over the same socket
    const auto dump = netlink.dump("rtm_getlink", NETLINK_ROUTE, RTM_GETLINK, ifinfomsg{});
    ASSERT_TRUE(dump) << dump.error().message;
    const auto links = parse::links(*dump);
    EXPECT_TRUE(std::any_of(links.begin(), links.end(), [](const auto& link) { return link.name == "lo"; }));
    std::string_view rest = *dump;
    while (const auto message = parse::cut_message(rest)) EXPECT_EQ(message->type, RTM_NEWLINK);
  }
}

TEST(Netlink, AnErrorOfTheKernelIsAnErrorAndTheSocketStaysUsable) {
  const auto host = Host::live();
  Netlink netlink(*host);
  struct {
    uint8_t family = 200, protocol = 0;
    uint8_t rest[54] = {};
  } nonsense;
  const auto refused = netlink.dump("sock_diag.none", NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, nonsense);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().code, 0);
  EXPECT_TRUE(refused.error().message.starts_with("netlink: ")) << refused.error().message;
  EXPECT_TRUE(netlink.dump("rtm_getaddr", NETLINK_ROUTE, RTM_GETADDR, ifaddrmsg{}));
}

TEST(Netlink, ANamespaceThatTheProcessIsNotInIsRefused) {
  const auto host = Host::live();
  // The number is that of no network namespace.
  const auto refused = Netlink(*host, 1, 4711).dump("rtm_getlink", NETLINK_ROUTE, RTM_GETLINK, ifinfomsg{});
  EXPECT_FALSE(refused);
}

TEST(Netlink, ACancelledQueryAsksNothing) {
  std::atomic<bool> stop = true;
  Access access;
  access.stop = &stop;
  const auto host = Host::live(access);
  EXPECT_EQ(Netlink(*host).dump("rtm_getlink", NETLINK_ROUTE, RTM_GETLINK, ifinfomsg{}).error().code, ECANCELED);
}

TEST(Netlink, ADirectoryAnswersFromItsFacts) {
  const auto host = Host::directory("/proc/self/fdinfo");
  ASSERT_TRUE(host);
  EXPECT_EQ(Netlink(*host).dump("rtm_getlink", NETLINK_ROUTE, RTM_GETLINK, ifinfomsg{}).error().message,
            "rtm_getlink: known of a running machine only, not of a directory");
}

}  // namespace
}  // namespace vigil
