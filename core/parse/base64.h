// SPDX-License-Identifier: Apache-2.0
// Base64 with the standard alphabet and padding (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vigil::parse {

std::string to_base64(std::string_view bytes);

// The bytes that `text` stands for. Line ends are skipped, padding may be
// missing; any other byte outside of the alphabet, wrong padding, or a single
// last digit is no base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace vigil::parse
