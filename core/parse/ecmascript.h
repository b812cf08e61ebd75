// SPDX-License-Identifier: Apache-2.0
// Regular expressions as ECMAScript writes them, in the words of RE2
// (https://github.com/google/re2/wiki/Syntax).
//
// The two agree on nearly everything. Rewritten is what one reads differently:
// a dot and \r, \s and \v, [] and [^], \u0041, \cA and escaped letters that
// mean something to RE2 alone. RE2's own (?i), (?s) and (?P<name>) work too.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vigil::parse {

// An error where RE2 has no words for it: look-around and back references.
// Whether the rest is well-formed is left to RE2.
Result<std::string> ecmascript_to_re2(std::string_view pattern);

}  // namespace vigil::parse
