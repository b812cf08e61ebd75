// SPDX-License-Identifier: Apache-2.0
// What the differ reads back from the store: packed rows, headers, entries, and
// rows that osquery stored as JSON. The first byte chooses.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "osqueryd/results/escape.h"
#include "osqueryd/results/osquery_state.h"
#include "osqueryd/results/stored.h"

namespace {

using namespace vigil::results;

void packed(std::string_view bytes) {
  Unpacker unpacker(bytes);
  size_t values = 0;
  for (vigil::sql::Value value; unpacker.next(value);)
    if (++values > bytes.size()) std::abort();
  const std::string once = as_osquery(bytes);
  if (as_osquery(once) != once) std::abort();
}

void header(std::string_view bytes) {
  const auto header = decode_header(bytes);
  if (header && decode_header(encode(*header)) != header) std::abort();
}

void entries(std::string_view bytes) {
  const auto entries = decode_entries(bytes);
  if (entries && decode_entries(encode(*entries)) != entries) std::abort();
}

void json(std::string_view bytes) {
  const auto rows = parse_osquery_rows(std::string(bytes));
  for (size_t i = 0; rows && i < rows->size(); ++i) {
    Unpacker unpacker(rows->packed(i));
    size_t values = 0;
    for (vigil::sql::Value value; unpacker.next(value);) ++values;
    if (values != rows->columns().size()) std::abort();
  }
  if (const std::string once = escape(bytes); escape(once) != once) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0: packed(bytes); break;
    case 1: header(bytes); break;
    case 2: entries(bytes); break;
    default: json(bytes);
  }
  return 0;
}
