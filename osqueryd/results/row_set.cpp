// SPDX-License-Identifier: Apache-2.0
// A packed value is a byte for its kind, then: nothing for NULL; an integer
// with its sign in the lowest bit, so that small ones are short; the eight
// bytes of a real; size and bytes of a text or a blob. Equal values have equal
// bytes, so that rows compare as bytes.
#include "osqueryd/results/row_set.h"

#include <cstring>
#include <map>

#include "osqueryd/results/bytes.h"

namespace vigil::results {
namespace {

using Kind = sql::Value::Kind;

void pack(std::string& out, const sql::Value& value) {
  out += static_cast<char>(value.kind);
  switch (value.kind) {
    case Kind::null: break;
    case Kind::integer: {
      const auto bits = static_cast<uint64_t>(value.integer);
      put_number(out, bits << 1 ^ (value.integer < 0 ? ~uint64_t{0} : 0));
      break;
    }
    case Kind::real: {
      char bytes[sizeof value.real];
      std::memcpy(bytes, &value.real, sizeof bytes);
      out.append(bytes, sizeof bytes);
      break;
    }
    case Kind::text:
    case Kind::blob: put_text(out, value.bytes);
  }
}

bool unpack(std::string_view& rest, sql::Value& value) {
  const auto kind = static_cast<unsigned char>(rest.front());
  if (kind > static_cast<unsigned char>(Kind::blob)) return false;
  rest.remove_prefix(1);
  value = {static_cast<Kind>(kind)};
  switch (value.kind) {
    case Kind::null: return true;
    case Kind::integer: {
      uint64_t bits = 0;
      if (!take_number(rest, bits)) return false;
      value.integer = static_cast<int64_t>(bits >> 1 ^ (~(bits & 1) + 1));
      return true;
    }
    case Kind::real:
      if (rest.size() < sizeof value.real) return false;
      std::memcpy(&value.real, rest.data(), sizeof value.real);
      rest.remove_prefix(sizeof value.real);
      return true;
    case Kind::text:
    case Kind::blob: break;
  }
  return take_text(rest, value.bytes);
}

}  // namespace

RowSet::RowSet(const std::vector<std::string>& selected) {
  std::map<std::string_view, size_t> places;
  for (size_t i = 0; i < selected.size(); ++i) places[selected[i]] = i;
  for (const auto& [name, place] : places) {
    columns_.emplace_back(name);
    places_.push_back(place);
  }
}

void RowSet::add(std::span<const sql::Value> selected) {
  for (const size_t place : places_) pack(rows_, place < selected.size() ? selected[place] : sql::Value());
  ends_.push_back(rows_.size());
}

void RowSet::add_packed(std::string_view row) {
  rows_ += row;
  ends_.push_back(rows_.size());
}

std::string_view RowSet::packed(size_t row) const {
  const size_t start = row == 0 ? 0 : ends_[row - 1];
  return std::string_view(rows_).substr(start, ends_[row] - start);
}

size_t RowSet::bytes() const { return rows_.capacity() + ends_.capacity() * sizeof ends_[0]; }

bool Unpacker::next(sql::Value& value) {
  if (rest_.empty()) return false;
  if (unpack(rest_, value)) return true;
  rest_ = {};
  return false;
}

}  // namespace vigil::results
