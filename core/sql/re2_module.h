// SPDX-License-Identifier: Apache-2.0
// What the module "re2" offers to regex.cpp; no type of RE2 shows.
#pragma once

#include <cstddef>

struct VigilSpan {
  const char* data;  // null: no part of the match
  size_t size;
};

struct VigilRe2 {
  // Null when the pattern is malformed; the reason is written to `why`, cut to
  // `why_size` and closed with NUL. Characters are bytes, or those of UTF-8.
  void* (*compile)(const char* pattern, size_t size, bool bytes, char* why, size_t why_size);
  // Capturing groups, the whole match among them.
  size_t (*groups)(const void* regex);
  // The first match at or after `from`; fills `count` groups.
  bool (*search)(const void* regex, const char* text, size_t size, size_t from, VigilSpan* groups, size_t count);
  void (*release)(void* regex);
};

// The module's symbol.
extern "C" const VigilRe2 vigil_re2;
