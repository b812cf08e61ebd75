// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sql/query.h"

namespace vigil::sql {
namespace {

class Collations : public test::Query {};

TEST_F(Collations, order_rows) {
  const std::string rows = "(SELECT column1 AS v FROM (VALUES ('1.10'), ('1.9'), ('1.2.3'), ('10.0'), ('')) ORDER BY v COLLATE ";
  EXPECT_EQ(run("SELECT group_concat(v, ' ') FROM " + rows + "VERSION)"), " 1.2.3 1.9 1.10 10.0");
  EXPECT_EQ(run("SELECT group_concat(v, ' ') FROM " + rows + "version_dpkg)"), " 1.2.3 1.9 1.10 10.0");
}

TEST_F(Collations, compare) {
  constexpr Case cases[] = {
      {"'101.1.10' > '101.1.2' COLLATE VERSION", "1"},
      {"'4:2' = '4:2-1' COLLATE VERSION_ARCH", "1"},
      {"'2-2pre' < '2-2rc' COLLATE VERSION_ARCH", "1"},
      {"'42.2-1' > '42.1-2' COLLATE VERSION_ARCH", "1"},
      {"'22.07.5-2ubuntu1.3' < '22.07.5-2ubuntu1.4' COLLATE VERSION_DPKG", "1"},
      {"'2:8.2.3995-1ubuntu2.9' > '2:8.2.3995-1ubuntu2.3' COLLATE VERSION_DPKG", "1"},
      {"'0.5.0~rc1^202' = '0.5.0~rc1^202' COLLATE VERSION_RHEL", "1"},
      {"'1.0~rc1' < '1.0' COLLATE VERSION_RHEL", "1"},
  };
  expect(cases);
}

TEST_F(Collations, version_compare) {
  constexpr Case cases[] = {
      {"version_compare('1.2', '1.10')", "-1"},
      {"version_compare('1.10', '1.2')", "1"},
      {"version_compare('1.2', '1.2')", "0"},
      {"version_compare('1:1.2.13-2', '4.2.1', 'ARCH')", "1"},
      {"version_compare('1:1.2.13-2', '4.2.1')", "-1"},
      {"version_compare('1.0.0~rc2^2021', '1.0.0', 'RHEL')", "-1"},
      {"version_compare('1.0.0~rc2^2021', '1.0.0', 'rhel')", "-1"},
      {"version_compare('4:2', '4:2-1', 'aRcH')", "0"},
      {"version_compare('4:2', '4:2-1', 'Dpkg')", "-1"},
      {"version_compare('', '')", "0"},
      {"version_compare('', '0')", "-1"},
      {"version_compare(NULL, '1')", "error: version_compare needs two versions as text"},
      {"version_compare('1', 1)", "error: version_compare needs two versions as text"},
      {"version_compare('1', x'31')", "error: version_compare needs two versions as text"},
      {"version_compare('1', '1', NULL)", "error: version_compare needs its flavor as text: ARCH, DPKG or RHEL"},
      {"version_compare('1', '1', 1)", "error: version_compare needs its flavor as text: ARCH, DPKG or RHEL"},
      {"version_compare('1', '1', 'SEMVER')", "error: version_compare knows the flavors ARCH, DPKG and RHEL only"},
      {"version_compare('1')", "error: wrong number of arguments to function version_compare()"},
  };
  expect(cases);
}

}  // namespace
}  // namespace vigil::sql
