// SPDX-License-Identifier: Apache-2.0
// The envelopes around osquery's lines: what docs/logs.md calls hids and ecs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "osqueryd/results/format.h"

namespace vigil::results {

// What a line is about, beside the object that osquery would have written.
struct Subject {
  enum class Type : uint8_t { result, snapshot, status } type = Type::result;
  int64_t time = 0;
  std::string_view action;        // added, removed, snapshot; empty for several rows or none
  std::string_view name;          // the query, or the source file of a status line
  std::string_view user;          // whom the row is about; empty: nobody
  bool malicious = false;         // the query is an alert
  const LogLine* line = nullptr;  // of a status line
  std::string_view version;       // of a status line: the program's
};

// `object` in the format's envelope; as it is, if that is osquery's.
std::string enclose(const Format&, const Speaker&, const Decorations&, const Subject&, std::string object);

// 2025-09-02T09:05:07Z
std::string rfc3339(int64_t time);

}  // namespace vigil::results
