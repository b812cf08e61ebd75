// SPDX-License-Identifier: Apache-2.0
// Regular expressions by RE2, see core/sql/regex.h.
#include <re2/re2.h>

#include <algorithm>
#include <vector>

#include "core/sql/re2_module.h"

namespace {

void* compile(const char* pattern, size_t size, bool bytes, char* why, size_t why_size) {
  RE2::Options options;
  options.set_log_errors(false);
  if (bytes) options.set_encoding(RE2::Options::EncodingLatin1);
  auto* regex = new RE2(re2::StringPiece(pattern, size), options);
  if (regex->ok()) return regex;
  why[regex->error().copy(why, why_size - 1)] = '\0';
  delete regex;
  return nullptr;
}

size_t groups(const void* regex) { return static_cast<size_t>(static_cast<const RE2*>(regex)->NumberOfCapturingGroups()) + 1; }

bool search(const void* regex, const char* text, size_t size, size_t from, VigilSpan* spans, size_t count) {
  std::vector<re2::StringPiece> pieces(count);
  const re2::StringPiece all(text, size);
  if (!static_cast<const RE2*>(regex)->Match(all, from, size, RE2::UNANCHORED, pieces.data(), static_cast<int>(count))) return false;
  std::transform(pieces.begin(), pieces.end(), spans, [](const auto& piece) { return VigilSpan{piece.data(), piece.size()}; });
  return true;
}

void release(void* regex) { delete static_cast<RE2*>(regex); }

}  // namespace

const VigilRe2 vigil_re2 = {compile, groups, search, release};
