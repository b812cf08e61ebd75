// SPDX-License-Identifier: Apache-2.0
#include "core/parse/cpuinfo.h"

#include <set>
#include <utility>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

// "2596.136" as 2596.
std::optional<int64_t> rounded(std::string_view text) {
  const auto whole = number<uint32_t>(cut(text, '.'));
  if (!whole) return std::nullopt;
  const bool up = !text.empty() && text[0] >= '5' && text[0] <= '9';
  return static_cast<int64_t>(*whole) + (up ? 1 : 0);
}

bool has_word(std::string_view text, std::string_view word) {
  while (!text.empty())
    if (field(text) == word) return true;
  return false;
}

}  // namespace

std::vector<Processor> cpuinfo(std::string_view text) {
  std::vector<Processor> all;
  while (!text.empty()) {
    std::string_view value = cut(text, '\n');
    const std::string_view label = trim(cut(value, ':'));
    value = trim(value);
    if (label == "processor") {
      // 32-bit ARM has a second "Processor" line that is a name; this one is a number.
      if (const auto n = number(value)) all.emplace_back().number = *n;
      continue;
    }
    if (label.starts_with("processor ")) {  // s390: "processor 0: version = ..."
      if (const auto n = number(label.substr(10))) all.emplace_back().number = *n;
      continue;
    }
    if (all.empty()) continue;
    Processor& p = all.back();
    if (label == "physical id") {
      p.package = number(value);
    } else if (label == "core id") {
      p.core = number(value);
    } else if (label == "vendor_id") {
      p.vendor = value;
    } else if (label == "model name" || label == "cpu") {  // POWER calls it cpu
      p.model_name = value;
    } else if (label == "model") {
      p.model = value;
    } else if (label == "microcode") {
      p.microcode = value;
    } else if (label == "cpu MHz" || label == "clock") {
      p.mhz = rounded(value);
    } else if (label == "flags") {
      p.long_mode = has_word(value, "lm");
    }
  }
  return all;
}

Topology topology(const std::vector<Processor>& processors) {
  std::set<int64_t> packages;
  std::set<std::pair<int64_t, int64_t>> cores;
  for (const Processor& p : processors) {
    if (!p.package || !p.core) return {};
    packages.insert(*p.package);
    cores.emplace(*p.package, *p.core);
  }
  if (packages.empty()) return {};
  return {static_cast<int64_t>(packages.size()), static_cast<int64_t>(cores.size())};
}

}  // namespace vigil::parse
