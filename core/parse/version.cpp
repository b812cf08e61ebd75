// SPDX-License-Identifier: Apache-2.0
#include "core/parse/version.h"

#include <algorithm>

namespace vigil::parse {
namespace {

// The place of a delimiter among delimiters; 0 for what is none.
int rank(char c) { return static_cast<int>(std::string_view("~-^.:").find(c) + 1); }

int sign(size_t a, size_t b) { return a < b ? -1 : a > b; }

// Both have come to the end of the shorter one; `next` is what the longer one
// goes on with, `last` what stood before it in the shorter. The result is
// that of the longer against the shorter; `difference` is the same way round.
int compare_rest(char last, char next, int difference, VersionFlavor flavor) {
  switch (flavor) {
    case VersionFlavor::plain:
    case VersionFlavor::dpkg:
      if (difference != 0 && rank(next) != 0) return difference;
      break;
    case VersionFlavor::arch:
    case VersionFlavor::rhel:
      if (next == '~') return -1;
      if (next == '-') return 0;
      if (next == '^') return 1;
      if (difference != 0 && !(flavor == VersionFlavor::arch && last >= '0' && last <= '9')) return difference;
  }
  return 1;
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b, VersionFlavor flavor) {
  if (a == b) return 0;
  if (a.empty() || b.empty()) return a.empty() ? -1 : 1;

  if (flavor != VersionFlavor::plain) {
    const size_t a_epoch = a.find(':'), b_epoch = b.find(':');
    if (a_epoch != b_epoch) {
      if (a_epoch == a.npos || b_epoch == b.npos) return a_epoch == a.npos ? -1 : 1;
      return sign(a_epoch, b_epoch);
    }
  }

  int difference = 0;  // of the first different characters in the current part
  const size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    const int a_rank = rank(a[i]), b_rank = rank(b[i]);
    if (a_rank == 0 && b_rank == 0) {
      if (difference == 0) difference = static_cast<unsigned char>(a[i]) - static_cast<unsigned char>(b[i]);
    } else if (a_rank == 0 || b_rank == 0) {
      return a_rank == 0 ? 1 : -1;  // the longer part
    } else if (difference != 0) {
      return difference;
    } else if (flavor == VersionFlavor::dpkg || flavor == VersionFlavor::rhel) {
      if (a_rank != b_rank) return a_rank - b_rank;
    }
  }
  if (a.size() == b.size()) return difference;
  if (a.size() > b.size()) return compare_rest(b.back(), a[common], difference, flavor);
  return -compare_rest(a.back(), b[common], -difference, flavor);
}

}  // namespace vigil::parse
