// SPDX-License-Identifier: Apache-2.0
#include "core/parse/version.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

struct Case {
  VersionFlavor flavor;
  std::string_view a, b;
  int order;
};

constexpr auto plain = VersionFlavor::plain, arch = VersionFlavor::arch, dpkg = VersionFlavor::dpkg, rhel = VersionFlavor::rhel;

constexpr Case cases[] = {
    {plain, "", "", 0},
    {plain, "", "0", -1},
    {plain, "1.2.3", "1.2.3", 0},
    {plain, "1.2.3", "1.2.4", -1},
    {plain, "1.9", "1.10", -1},
    {plain, "9.1", "10.0", -1},
    {plain, "1.2", "1.2.0", -1},
    // Characters, not numbers: a zero in front makes a part longer.
    {plain, "1.09", "1.9", 1},
    {plain, "1.1a", "1.1b", -1},
    {plain, "1.1a", "1.1", 1},
    // The first difference of a part decides at its end.
    {plain, "1.19.5", "1.21.0", -1},
    {plain, "1.29", "1.3", 1},
    // The shorter is at its end where the longer one's part ends.
    {plain, "2.1", "1.1.1", 1},
    {plain, "1.2", "1.1.1", 1},
    {plain, "1.2", "1.11", -1},
    {plain, "1.2", "1.1~", 1},
    {plain, "2", "1a", -1},
    // Delimiters of different kind are one for this flavor.
    {plain, "1-2", "1.2", 0},
    {plain, "1:2.0", "9.9", -1},
    {plain, "1~rc1", "1", 1},
    {plain, "1\xff", "1z", 1},

    // An epoch beats none; of two, that which ends first is the lower.
    {arch, "1:1.0", "9.9", 1},
    {dpkg, "9.9", "1:1.0", -1},
    {rhel, "10:1", "9:1", 1},
    {rhel, "2:1", "1:1", 1},
    {dpkg, "1:1.0", "1:1.0", 0},

    {dpkg, "1.0~rc1", "1.0-1", -1},
    {dpkg, "1.0-1", "1.0.1", -1},
    {dpkg, "1.0~rc1", "1.0", 1},
    {dpkg, "1.0-1ubuntu1", "1.0-1ubuntu2", -1},
    {dpkg, "1.2", "1.1.9", 1},
    {dpkg, "22.07.5-2ubuntu1.3", "22.07.5-2ubuntu1.4", -1},

    {rhel, "1.0~rc1", "1.0", -1},
    {rhel, "1.0^git1", "1.0", 1},
    {rhel, "1.0-1", "1.0", 0},
    {rhel, "1.0.1", "1.0", 1},
    {rhel, "1.0~rc1", "1.0^git1", -1},
    {rhel, "1.2", "1.1.9", 1},
    {rhel, "1.2", "1.11", 1},

    {arch, "1.0~rc1", "1.0", -1},
    {arch, "1.0-1", "1.0", 0},
    {arch, "1.0^1", "1.0", 1},
    {arch, "4:2", "4:2-1", 0},
    {arch, "2-2pre", "2-2rc", -1},
    // Behind a digit the longer one wins, behind a letter the difference counts.
    {arch, "1.2", "1.1.9", -1},
    {arch, "1.b", "1.a.9", 1},
    {arch, "1.b", "1.aa", 1},
    {arch, "1-2", "1.2", 0},
};

TEST(Version, order) {
  for (const auto& [flavor, a, b, order] : cases) {
    const auto sign = [](int n) { return (n > 0) - (n < 0); };
    EXPECT_EQ(sign(compare_versions(a, b, flavor)), order) << a << " against " << b << ", flavor " << static_cast<int>(flavor);
    EXPECT_EQ(sign(compare_versions(b, a, flavor)), -order) << b << " against " << a << ", flavor " << static_cast<int>(flavor);
  }
}

}  // namespace
}  // namespace vigil::parse
