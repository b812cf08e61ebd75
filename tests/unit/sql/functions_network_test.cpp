// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sql/query.h"

namespace vigil::sql {
namespace {

class NetworkFunctions : public test::Query {};

TEST_F(NetworkFunctions, inet_aton) {
  constexpr Case cases[] = {
      {"inet_aton('0.0.0.0')", "0"},
      {"inet_aton('1.2.3.4')", "16909060"},
      {"inet_aton('255.255.255.255')", "4294967295"},
      {"inet_aton('1.2.3')", "NULL"},
      {"inet_aton('256.0.0.1')", "NULL"},
      {"inet_aton('1.2.3.4 ')", "NULL"},
      {"inet_aton('01.2.3.4')", "NULL"},
      {"inet_aton('::1')", "NULL"},
      {"inet_aton('::ffff:1.2.3.4')", "NULL"},
      {"inet_aton('')", "NULL"},
      {"inet_aton(16909060)", "NULL"},
      {"inet_aton(x'312E322E332E34')", "16909060"},
      {"inet_aton(CAST(x'312E322E332E340041' AS TEXT))", "NULL"},
      {"inet_aton(NULL)", "NULL"},
  };
  expect(cases);
}

TEST_F(NetworkFunctions, in_cidr_block) {
  constexpr Case cases[] = {
      {"in_cidr_block('198.51.100.0/24', '198.51.100.1')", "1"},
      {"in_cidr_block('198.51.100.0/24', '198.51.100.254')", "1"},
      {"in_cidr_block('198.51.100.0/24', '198.51.101.1')", "0"},
      // Neither the network nor its broadcast address is a host.
      {"in_cidr_block('198.51.100.0/24', '198.51.100.0')", "0"},
      {"in_cidr_block('198.51.100.0/24', '198.51.100.255')", "0"},
      {"in_cidr_block('198.51.100.77/24', '198.51.100.78')", "1"},
      {"in_cidr_block('198.51.100.4/30', '198.51.100.4')", "0"},
      {"in_cidr_block('198.51.100.4/30', '198.51.100.5')", "1"},
      {"in_cidr_block('198.51.100.4/30', '198.51.100.7')", "0"},
      {"in_cidr_block('198.51.100.4/31', '198.51.100.4')", "0"},
      {"in_cidr_block('198.51.100.4/31', '198.51.100.5')", "0"},
      {"in_cidr_block('198.51.100.4/32', '198.51.100.4')", "1"},
      {"in_cidr_block('198.51.100.4/32', '198.51.100.5')", "0"},
      {"in_cidr_block('0.0.0.0/0', '203.0.113.9')", "1"},
      {"in_cidr_block('0.0.0.0/0', '0.0.0.0')", "0"},
      {"in_cidr_block('0.0.0.0/0', '255.255.255.255')", "0"},
      {"in_cidr_block('10.0.0.0/9', '10.127.255.254')", "1"},
      {"in_cidr_block('10.0.0.0/9', '10.128.0.1')", "0"},
      // All of an IPv6 block.
      {"in_cidr_block('2001:db8::/32', '2001:db8::')", "1"},
      {"in_cidr_block('2001:db8::/32', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff')", "1"},
      {"in_cidr_block('2001:db8::/32', '2001:db9::')", "0"},
      {"in_cidr_block('2001:db8::1/128', '2001:db8::1')", "1"},
      {"in_cidr_block('2001:db8::1/128', '2001:db8::2')", "0"},
      {"in_cidr_block('::/0', 'ffff::1')", "1"},
      {"in_cidr_block('fe80::/10', 'fe80::1%eth0')", "1"},
      {"in_cidr_block('fe80::/10', 'fe80::1%')", "error: IP address cannot be parsed"},
  };
  expect(cases);
}

TEST_F(NetworkFunctions, in_cidr_block_errors) {
  constexpr Case cases[] = {
      {"in_cidr_block(NULL, '1.2.3.4')", "error: CIDR must be a string"},
      {"in_cidr_block(10, '1.2.3.4')", "error: CIDR must be a string"},
      {"in_cidr_block('10.0.0.0/8', NULL)", "error: IP address must be a string"},
      {"in_cidr_block('10.0.0.0/8', 167772161)", "error: IP address must be a string"},
      {"in_cidr_block('10.0.0.0/8', 'localhost')", "error: IP address cannot be parsed"},
      {"in_cidr_block('10.0.0.0/8', '')", "error: IP address cannot be parsed"},
      {"in_cidr_block('10.0.0.0', '10.0.0.1')", "error: CIDR for IP address v4 cannot be parsed"},
      {"in_cidr_block('10.0.0.0/', '10.0.0.1')", "error: CIDR for IP address v4 cannot be parsed"},
      {"in_cidr_block('10.0.0.0/33', '10.0.0.1')", "error: CIDR for IP address v4 cannot be parsed"},
      {"in_cidr_block('10.0.0.0/-1', '10.0.0.1')", "error: CIDR for IP address v4 cannot be parsed"},
      {"in_cidr_block('10.0.0.0/8x', '10.0.0.1')", "error: CIDR for IP address v4 cannot be parsed"},
      {"in_cidr_block('2001:db8::/32', '10.0.0.1')", "error: CIDR for IP address v4 cannot be parsed"},
      {"in_cidr_block('10.0.0.0/8', '2001:db8::1')", "error: CIDR for IP address v6 cannot be parsed"},
      {"in_cidr_block('2001:db8::/129', '2001:db8::1')", "error: CIDR for IP address v6 cannot be parsed"},
  };
  expect(cases);
}

}  // namespace
}  // namespace vigil::sql
