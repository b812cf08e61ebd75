// SPDX-License-Identifier: Apache-2.0
// Community ID, version 1: a name for a network flow that is the same in both
// directions (https://github.com/corelight/community-id-spec).
#pragma once

#include <cstdint>
#include <string>

#include "core/parse/ip.h"

namespace vigil::parse {

struct Flow {
  Ip source, destination;
  // Of ICMP: type and code.
  uint16_t source_port = 0, destination_port = 0;
  uint8_t protocol = 0;  // as in /etc/protocols
};

// The bytes whose SHA-1 digest, in base64 and behind "1:", is the ID.
std::string community_id_bytes(Flow flow, uint16_t seed);

}  // namespace vigil::parse
