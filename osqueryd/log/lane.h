// SPDX-License-Identifier: Apache-2.0
// Lane: how the records of one kind lie in the store's domain "logs".
//
// A record's key is its kind, its sequence number and the count of bytes of all
// texts before it, so that what a range of records takes is told by two keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "osqueryd/log/record.h"

namespace vigil::log {

// `start` and `end` count the bytes of all texts before the first record that
// is kept, and before the next one that comes.
struct Lane {
  uint64_t first = 1, next = 1;  // sequence numbers
  uint64_t start = 0, end = 0;
  uint64_t dropped = 0, dropped_bytes = 0;    // for lack of space, ever
  uint64_t reported = 0, reported_bytes = 0;  // of these, in status records

  uint64_t records() const { return next - first; }
  uint64_t bytes() const { return end - start; }
};

struct RecordKey {
  uint64_t sequence = 0, before = 0;
};

std::string record_prefix(Kind kind);
// Sorts before the record's key and after that of the record before it.
std::string record_start(Kind kind, uint64_t sequence);
std::string record_key(Kind kind, RecordKey key);
std::optional<RecordKey> parse_record_key(std::string_view key);

// Where a lane is kept, and what of it: all but `first` and `start`, which the records tell.
std::string lane_key(Kind kind);
std::string pack_lane(const Lane& lane);
std::optional<Lane> unpack_lane(std::string_view packed);

// Where it is kept up to which record a logger has a kind.
std::string acknowledged_prefix(Kind kind);
std::string pack_sequence(uint64_t sequence);
std::optional<uint64_t> unpack_sequence(std::string_view packed);

// Keys from here on are not the spool's: osquery kept its buffered lines there.
std::string_view foreign_keys();

std::string_view kind_name(Kind kind);

}  // namespace vigil::log
