// SPDX-License-Identifier: Apache-2.0
// Two versions with a newline between: their order is the same both ways.
#include <cstdlib>

#include "core/parse/text.h"
#include "core/parse/version.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using vigil::parse::VersionFlavor;
  std::string_view b(reinterpret_cast<const char*>(data), size);
  const std::string_view a = vigil::parse::cut(b, '\n');
  for (const auto flavor : {VersionFlavor::plain, VersionFlavor::arch, VersionFlavor::dpkg, VersionFlavor::rhel}) {
    const int there = vigil::parse::compare_versions(a, b, flavor), back = vigil::parse::compare_versions(b, a, flavor);
    if ((there > 0) != (back < 0) || (there < 0) != (back > 0)) std::abort();
    if (vigil::parse::compare_versions(a, a, flavor) != 0) std::abort();
    if (a == b && there != 0) std::abort();
  }
  return 0;
}
