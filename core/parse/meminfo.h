// SPDX-License-Identifier: Apache-2.0
// /proc/meminfo, see proc_meminfo(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vigil::parse {

// The bytes that the line of `label` ("MemTotal") tells of in kilobytes; nothing without such a line.
std::optional<int64_t> meminfo_bytes(std::string_view text, std::string_view label);

}  // namespace vigil::parse
