// SPDX-License-Identifier: Apache-2.0
#include "core/parse/meminfo.h"

#include "core/parse/text.h"

namespace vigil::parse {

std::optional<int64_t> meminfo_bytes(std::string_view text, std::string_view label) {
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    if (cut(line, ':') != label) continue;
    const auto kib = number<uint64_t>(field(line));
    if (!kib || *kib > INT64_MAX / 1024 || trim(line) != "kB") return std::nullopt;
    return static_cast<int64_t>(*kib * 1024);
  }
  return std::nullopt;
}

}  // namespace vigil::parse
