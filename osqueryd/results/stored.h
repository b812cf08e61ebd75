// SPDX-License-Identifier: Apache-2.0
// How the differ keeps a result in Domain::queries: one header for each name,
// and one key for each distinct row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "osqueryd/results/row_hash.h"

namespace vigil::results {

// Starts no name that osquery's keys in this domain could start with.
inline constexpr std::string_view header_prefix = "\x01h", hash_key = "\x01k";

std::string header_key(std::string_view name);
// The keys of all rows of `name` start so, and those of no other name.
std::string rows_prefix(std::string_view name);
// The first key after them.
std::string rows_end(std::string_view name);

struct Header {
  uint64_t epoch = 0, counter = 0;
  uint64_t rows = 0;  // equal ones counted each
  Hash digest;        // of all rows
  Hash check;         // tells that the hashes were made with the same key and columns
  std::vector<std::string> columns;
  std::string sql;

  bool operator==(const Header&) const = default;
};

std::string encode(const Header& header);
// Nothing when it is not a header.
std::optional<Header> decode_header(std::string_view bytes);

// Rows that have the same hash; there is but one, as a rule.
struct Entry {
  uint64_t count = 0;
  std::string_view row;

  bool operator==(const Entry&) const = default;
};

std::string encode(const std::vector<Entry>& entries);
// Points into `bytes`; nothing when that is no list of entries.
std::optional<std::vector<Entry>> decode_entries(std::string_view bytes);

}  // namespace vigil::results
