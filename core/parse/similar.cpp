// SPDX-License-Identifier: Apache-2.0
#include "core/parse/similar.h"

#include <algorithm>
#include <string>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

constexpr size_t longest_name = 64;

}  // namespace

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

std::string_view closest(std::string_view name, const std::vector<std::string_view>& candidates) {
  if (name.size() > longest_name) return {};
  const std::string wanted = lower(name);
  std::string_view best;
  size_t fewest = std::max<size_t>(1, wanted.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > longest_name) continue;
    const size_t errors = edit_distance(wanted, lower(candidate));
    if (errors >= fewest) continue;
    fewest = errors;
    best = candidate;
  }
  return best;
}

}  // namespace vigil::parse
