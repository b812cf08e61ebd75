// SPDX-License-Identifier: Apache-2.0
// What a server asks, as osquery's servers write it:
//
//   {"queries": {"id": "SQL"}, "discovery": {"id": "SQL"}, "accelerate": 300}
//
// Every part may be absent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vigil::distributed {

struct Request {
  std::map<std::string, std::string> queries;    // SQL by id
  std::map<std::string, std::string> discovery;  // by the same ids: SQL that has rows where the query is to run
  std::optional<int64_t> accelerate;             // seconds for which to ask more often
  std::string warning;                           // what was left out, for the log
};

inline constexpr size_t longest_id = 1024;

// An error when the text is no request, or says that the server does not know this host.
Result<Request> read_request(std::string_view json);

}  // namespace vigil::distributed
