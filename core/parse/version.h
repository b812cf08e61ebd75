// SPDX-License-Identifier: Apache-2.0
// The order of version strings, as osquery's collations VERSION, VERSION_ARCH,
// VERSION_DPKG and VERSION_RHEL define it.
//
// It is an approximation by characters, not what dpkg(1), rpm(8) or vercmp(8)
// compute: parts between delimiters compare first by length, then by their
// first different character, so "1.10" is above "1.9" and "1.010" above "1.9".
#pragma once

#include <cstdint>
#include <string_view>

namespace vigil::parse {

enum class VersionFlavor : uint8_t { plain, arch, dpkg, rhel };

// Negative, 0 or positive, as `a` is below, equal to or above `b`.
int compare_versions(std::string_view a, std::string_view b, VersionFlavor flavor);

}  // namespace vigil::parse
