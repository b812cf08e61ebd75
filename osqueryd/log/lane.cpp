// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/lane.h"

#include <array>

namespace vigil::log {
namespace {

// First bytes of keys, below any letter.
constexpr char lanes = '\1', acknowledgements = '\2', records = '\3';

void append(std::string& out, uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

uint64_t number(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes.substr(0, 8)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::string prefix(char what, Kind kind) { return {what, static_cast<char>(kind)}; }

}  // namespace

std::string record_prefix(Kind kind) { return prefix(records, kind); }

std::string record_start(Kind kind, uint64_t sequence) {
  std::string key = record_prefix(kind);
  append(key, sequence);
  return key;
}

std::string record_key(Kind kind, RecordKey key) {
  std::string out = record_start(kind, key.sequence);
  append(out, key.before);
  return out;
}

std::optional<RecordKey> parse_record_key(std::string_view key) {
  if (key.size() != 18) return std::nullopt;
  return RecordKey{number(key.substr(2)), number(key.substr(10))};
}

std::string lane_key(Kind kind) { return prefix(lanes, kind); }

std::string pack_lane(const Lane& lane) {
  std::string out;
  for (const uint64_t value : {lane.next, lane.end, lane.dropped, lane.dropped_bytes, lane.reported, lane.reported_bytes}) append(out, value);
  return out;
}

std::optional<Lane> unpack_lane(std::string_view packed) {
  Lane lane;
  const std::array members = {&lane.next, &lane.end, &lane.dropped, &lane.dropped_bytes, &lane.reported, &lane.reported_bytes};
  if (packed.size() != 8 * members.size()) return std::nullopt;
  for (size_t i = 0; i < members.size(); ++i) *members[i] = number(packed.substr(8 * i));
  return lane;
}

std::string acknowledged_prefix(Kind kind) { return prefix(acknowledgements, kind); }

std::string pack_sequence(uint64_t sequence) {
  std::string out;
  append(out, sequence);
  return out;
}

std::optional<uint64_t> unpack_sequence(std::string_view packed) {
  if (packed.size() != 8) return std::nullopt;
  return number(packed);
}

std::string_view foreign_keys() { return "\4"; }

std::string_view kind_name(Kind kind) {
  constexpr std::array<std::string_view, kinds> names = {"alert", "status", "result", "snapshot"};
  return names[static_cast<size_t>(kind)];
}

}  // namespace vigil::log
