// SPDX-License-Identifier: Apache-2.0
// Two addresses, each on a line, then ports and protocol as bytes: a flow has
// the same bytes in both directions.
#include <cstdlib>

#include "core/parse/community_id.h"
#include "core/parse/text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace parse = vigil::parse;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto source = parse::ip(parse::cut(rest, '\n')), destination = parse::ip(parse::cut(rest, '\n'));
  if (!source || !destination || rest.size() < 5) return 0;
  const auto port = [&](size_t at) { return static_cast<uint16_t>(static_cast<uint8_t>(rest[at]) << 8 | static_cast<uint8_t>(rest[at + 1])); };
  const parse::Flow flow{*source, *destination, port(0), port(2), static_cast<uint8_t>(rest[4])};
  const std::string bytes = parse::community_id_bytes(flow, 0);
  const size_t addresses = source->size() + destination->size();
  if (bytes.size() != addresses + 4 && bytes.size() != addresses + 8) std::abort();
  const parse::Flow back{flow.destination, flow.source, flow.destination_port, flow.source_port, flow.protocol};
  const bool icmp = flow.protocol == 1 || flow.protocol == 58;
  if (!icmp && parse::community_id_bytes(back, 0) != bytes) std::abort();
  return 0;
}
