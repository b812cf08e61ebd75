// SPDX-License-Identifier: Apache-2.0
// Base64, RFC 4648 section 4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vigil::parse {

// The bytes that `text` stands for; nothing when a character or the length is
// wrong. Line ends are skipped, padding at the end may be missing.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace vigil::parse
