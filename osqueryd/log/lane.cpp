// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/lane.h"

#include <array>

#include "core/base/big_endian.h"

namespace vigil::log {
namespace {

// First bytes of keys, below any letter.
constexpr char lanes = '\1', acknowledgements = '\2', records = '\3';

std::string prefix(char what, Kind kind) { return {what, static_cast<char>(kind)}; }

}  // namespace

std::string record_prefix(Kind kind) { return prefix(records, kind); }

std::string record_start(Kind kind, uint64_t sequence) {
  std::string key = record_prefix(kind);
  put_big_endian(key, sequence);
  return key;
}

std::string record_key(Kind kind, RecordKey key) {
  std::string out = record_start(kind, key.sequence);
  put_big_endian(out, key.before);
  return out;
}

std::optional<RecordKey> parse_record_key(std::string_view key) {
  if (key.size() != 18) return std::nullopt;
  return RecordKey{big_endian(key.substr(2)), big_endian(key.substr(10))};
}

std::string lane_key(Kind kind) { return prefix(lanes, kind); }

std::string pack_lane(const Lane& lane) {
  std::string out;
  for (const uint64_t value : {lane.next, lane.end, lane.dropped, lane.dropped_bytes, lane.reported, lane.reported_bytes}) put_big_endian(out, value);
  return out;
}

std::optional<Lane> unpack_lane(std::string_view packed) {
  Lane lane;
  const std::array members = {&lane.next, &lane.end, &lane.dropped, &lane.dropped_bytes, &lane.reported, &lane.reported_bytes};
  if (packed.size() != 8 * members.size()) return std::nullopt;
  for (size_t i = 0; i < members.size(); ++i) *members[i] = big_endian(packed.substr(8 * i));
  return lane;
}

std::string acknowledged_prefix(Kind kind) { return prefix(acknowledgements, kind); }

std::string pack_sequence(uint64_t sequence) {
  std::string out;
  put_big_endian(out, sequence);
  return out;
}

std::optional<uint64_t> unpack_sequence(std::string_view packed) {
  if (packed.size() != 8) return std::nullopt;
  return big_endian(packed);
}

std::string_view foreign_keys() { return "\4"; }

std::string_view kind_name(Kind kind) {
  constexpr std::array<std::string_view, kinds> names = {"alert", "status", "result", "snapshot"};
  return names[static_cast<size_t>(kind)];
}

}  // namespace vigil::log
