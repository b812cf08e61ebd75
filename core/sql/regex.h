// SPDX-License-Identifier: Apache-2.0
// Regex: regular expressions in ECMAScript's words, matched by RE2 in linear
// time. RE2 is loaded at first use.
//
// Characters are those of UTF-8. Text or a pattern that is not UTF-8, such as
// a file name may be, is matched byte by byte.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

struct VigilRe2;

namespace vigil::sql {

class Regex {
 public:
  // The error has the code ENOTSUP where ECMAScript knows what RE2 does not,
  // EINVAL where the pattern is malformed.
  static Result<Regex> compile(std::string_view pattern);

  // What each group of the first match took, the whole match first; a group
  // that took no part is empty. Nothing when there is no match.
  std::vector<std::string_view> search(std::string_view text);

  // Hands all matches to `take`, from left to right, until it says false. Two
  // matches never overlap; behind an empty one the search goes on with the
  // next character.
  void each(std::string_view text, const std::function<bool(std::string_view)>& take);

 private:
  using Compiled = std::unique_ptr<void, void (*)(void*)>;
  Regex(const VigilRe2* re2, std::string pattern) : re2_(re2), pattern_(std::move(pattern)), utf8_({}, nullptr), bytes_({}, nullptr) {}
  Result<Compiled> compile_as(bool bytes) const;
  // The pattern for `text`; null when it has none.
  const void* form_for(std::string_view text, bool& bytes);

  const VigilRe2* re2_;
  std::string pattern_;
  Compiled utf8_, bytes_;  // each compiled when needed
  bool bytes_tried_ = false;
};

}  // namespace vigil::sql
