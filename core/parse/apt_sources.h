// SPDX-License-Identifier: Apache-2.0
// Where apt gets packages from: sources.list(5) in both of its styles, and the
// Release files that apt keeps of the archives.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

// One archive and one of its suites.
struct AptSource {
  std::string uri;    // as it is written
  std::string suite;  // bookworm-updates, or a path that ends in a slash
};

// The sources of binary packages that are switched on: of a .list file, whose
// lines are "deb [options] uri suite component ...", and of a .sources file,
// whose stanzas may name several archives and suites.
std::vector<AptSource> apt_list(std::string_view text);
std::vector<AptSource> apt_stanzas(std::string_view text);

// True for the file names that apt does not pass over in sources.list.d.
bool apt_reads_file(std::string_view name);

// A URI without user name, password and closing slashes.
std::string apt_public_uri(std::string_view uri);

// A URI without its scheme: host and path.
std::string_view apt_location(std::string_view uri);

// How the names of the source's files in /var/lib/apt/lists begin.
std::string apt_list_prefix(const AptSource& source);

// What an archive says of itself; empty where it says nothing.
struct AptRelease {
  std::string codename, suite, version, origin, components, architectures;
};

// A Release file, or an InRelease file, which has a signature around it.
AptRelease apt_release(std::string_view text);

}  // namespace vigil::parse
