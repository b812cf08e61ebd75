// SPDX-License-Identifier: Apache-2.0
// version_compare(a, b [, flavor]): -1, 0 or 1, by the same order as the
// collations VERSION and VERSION_<flavor>.
#include "core/parse/text.h"
#include "core/parse/version.h"
#include "core/sql/call.h"

namespace vigil::sql {
namespace {

void version_compare(Call& call) {
  using parse::VersionFlavor;
  if (call.type(0) != SQLITE_TEXT || call.type(1) != SQLITE_TEXT) return call.fail("version_compare needs two versions as text");
  VersionFlavor flavor = VersionFlavor::plain;
  if (call.count() == 3) {
    if (call.type(2) != SQLITE_TEXT) return call.fail("version_compare needs its flavor as text: ARCH, DPKG or RHEL");
    const std::string name = parse::lower(call.text(2));
    if (name == "arch")
      flavor = VersionFlavor::arch;
    else if (name == "dpkg")
      flavor = VersionFlavor::dpkg;
    else if (name == "rhel")
      flavor = VersionFlavor::rhel;
    else
      return call.fail("version_compare knows the flavors ARCH, DPKG and RHEL only");
  }
  const int order = parse::compare_versions(call.text(0), call.text(1), flavor);
  call.give(int64_t{order > 0} - int64_t{order < 0});
}

constexpr Function functions[] = {
    {"version_compare", 2, version_compare},
    {"version_compare", 3, version_compare},
};

}  // namespace

std::span<const Function> version_functions() { return functions; }

}  // namespace vigil::sql
