// SPDX-License-Identifier: Apache-2.0
// Telling UTF-8 (RFC 3629) from other bytes.
#pragma once

#include <string_view>

namespace vigil::parse {

// True when all of `text` is well-formed: no overlong forms, surrogates or
// code points above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace vigil::parse
