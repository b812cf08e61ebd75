// SPDX-License-Identifier: Apache-2.0
// Record: one line on its way to the loggers.
#pragma once

#include <cstdint>
#include <string>

namespace vigil::log {

// In order of priority: what is first is sent first and dropped last.
enum class Kind : uint8_t { alert, status, result, snapshot };
inline constexpr size_t kinds = 4;
inline constexpr unsigned all_kinds = (1u << kinds) - 1;
constexpr unsigned bit(Kind kind) { return 1u << static_cast<unsigned>(kind); }

struct Record {
  Kind kind = Kind::result;
  uint64_t sequence = 0;  // grows by one within a kind, for ever; given by the spool
  std::string text;       // a result's line; of a status line: pack_status() of osqueryd/log/status.h
};

}  // namespace vigil::log
