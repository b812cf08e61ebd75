// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/path_pattern.h"

// The first byte chooses the syntax; a NUL byte ends the pattern, the rest is a name to match.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > 4096) return 0;
  const auto syntax = static_cast<vigil::parse::PathSyntax>(data[0] % 3);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const size_t end = text.find('\0');
  const std::string_view pattern = text.substr(0, end), name = end == text.npos ? std::string_view() : text.substr(end + 1);
  const auto all = vigil::parse::path_patterns(pattern, syntax);
  if (all.empty() || all.size() > 1000) std::abort();
  for (const auto& one : all) {
    if (one.recursive && one.names.empty()) std::abort();
    for (const auto& part : one.names) {
      if (part.text().find('/') != std::string::npos) std::abort();
      if (part.literal() && !part.matches(part.text())) std::abort();
      if (part.everything() && !part.matches(name)) std::abort();
      part.matches(name);
    }
  }
  return 0;
}
