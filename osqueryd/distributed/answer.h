// SPDX-License-Identifier: Apache-2.0
// What a server is answered, as osquery writes it:
//
//   {"queries": {"id": [{"column": "value"}]}, "statuses": {"id": 0},
//    "messages": {"id": ""}, "stats": {"id": {"wall_time_ms": 3, ...}}}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "osqueryd/schedule/runner.h"

namespace vigil::distributed {

struct Answer {
  std::string id, sql;
  int64_t time = 0;          // seconds since the epoch, when the query ended
  bool good = true;          // else the message says why not
  std::string message;       // may warn of something where all is good
  std::string rows = "[]";   // JSON
  std::string stats = "{}";  // JSON
};

// Bytes that the rows of one answer may take; what is left out is told in its message.
inline constexpr size_t longest_rows = size_t{32} << 20;

// Of a query that was run.
Answer answer(const schedule::Outcome& outcome, size_t longest = longest_rows);
// Of one that was not.
Answer refusal(std::string reason);

// Rows as objects whose values are all strings, NULL an empty one, with their
// keys as SELECT has them; as many rows as fit in `longest` bytes.
struct RowsText {
  std::string json;
  size_t rows = 0;
};
RowsText rows_json(const results::RowSet& rows, size_t longest);

std::string write_answers(const std::vector<const Answer*>& answers);

// As the store keeps it, under its id.
std::string pack(const Answer& answer);
// False for what is damaged.
bool unpack(std::string_view text, Answer& answer);

}  // namespace vigil::distributed
