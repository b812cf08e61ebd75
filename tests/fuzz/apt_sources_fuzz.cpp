// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/apt_sources.h"

namespace {

void check(const std::vector<vigil::parse::AptSource>& sources) {
  for (const auto& source : sources) {
    if (source.uri.empty() || source.suite.empty()) std::abort();
    const std::string prefix = vigil::parse::apt_list_prefix(source);
    // The name of a file, in one folder.
    if (prefix.empty() || prefix.find_first_of(std::string_view("/\0", 2)) != prefix.npos) std::abort();
    if (vigil::parse::apt_public_uri(source.uri).size() > source.uri.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(vigil::parse::apt_list(text));
  check(vigil::parse::apt_stanzas(text));
  const auto release = vigil::parse::apt_release(text);
  if (release.codename.size() + release.suite.size() + release.version.size() + release.origin.size() > size) std::abort();
  return 0;
}
