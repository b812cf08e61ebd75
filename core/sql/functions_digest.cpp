// SPDX-License-Identifier: Apache-2.0
// md5, sha1, sha256 and the Community ID of a network flow.
#include "core/parse/base64.h"
#include "core/parse/community_id.h"
#include "core/sql/call.h"
#include "core/sql/digest.h"

namespace vigil::sql {
namespace {

// Of the text before the first NUL byte, in hexadecimal.
void digest_text(Call& call, const char* algorithm) {
  if (call.any_null()) return;
  const auto bytes = digest(algorithm, call.c_text(0));
  if (!bytes) return call.fail(bytes.error().message);
  call.give(hex(*bytes));
}

void md5(Call& call) { digest_text(call, "md5"); }
void sha1(Call& call) { digest_text(call, "sha1"); }
void sha256(Call& call) { digest_text(call, "sha256"); }

// Why the arguments are no flow, or null.
const char* read_flow(const Call& call, parse::Flow& flow, uint16_t& seed) {
  const auto is_integer = [&](int i) { return call.type(i) == SQLITE_INTEGER; };
  const auto is_within = [&](int i, int64_t lowest, int64_t highest) { return call.integer(i) >= lowest && call.integer(i) <= highest; };
  if (call.count() == 6) {
    if (!is_integer(5)) return "Community ID seed must be an integer";
    if (!is_within(5, INT16_MIN, INT16_MAX)) return "Community ID seed must fit in 2 bytes";
    seed = static_cast<uint16_t>(call.integer(5));
  }
  if (call.type(0) != SQLITE_TEXT || call.type(1) != SQLITE_TEXT) return "Community ID IPs must be strings";
  const auto source = parse::ip(call.text(0)), destination = parse::ip(call.text(1));
  if (!source) return "Community ID saddr cannot be parsed as IP";
  if (!destination) return "Community ID daddr cannot be parsed as IP";
  if (!is_integer(2) || !is_integer(3)) return "Community ID ports must be integers";
  if (!is_within(2, 0, UINT16_MAX) || !is_within(3, 0, UINT16_MAX)) return "Community ID ports must fit in 2 bytes";
  if (!is_integer(4)) return "Community ID protocol must be an integer";
  if (!is_within(4, 0, UINT8_MAX)) return "Community ID protocol must fit in 1 byte";
  flow = {*source, *destination, static_cast<uint16_t>(call.integer(2)), static_cast<uint16_t>(call.integer(3)),
          static_cast<uint8_t>(call.integer(4))};
  return nullptr;
}

void community_id(Call& call, bool strict) {
  parse::Flow flow;
  uint16_t seed = 0;
  if (const char* why = read_flow(call, flow, seed)) {
    if (strict) return call.fail(why);
    return call.session().report.warn(why);
  }
  const auto bytes = digest("sha1", parse::community_id_bytes(flow, seed));
  if (!bytes) return call.fail(bytes.error().message);
  call.give("1:" + parse::to_base64(*bytes));
}

void community_id_v1(Call& call) { community_id(call, false); }
void community_id_v1_strict(Call& call) { community_id(call, true); }

constexpr Function functions[] = {
    {"md5", 1, md5},
    {"sha1", 1, sha1},
    {"sha256", 1, sha256},
    {"community_id_v1", 5, community_id_v1},
    {"community_id_v1", 6, community_id_v1},
    {"community_id_v1_strict", 5, community_id_v1_strict},
    {"community_id_v1_strict", 6, community_id_v1_strict},
};

}  // namespace

std::span<const Function> digest_functions() { return functions; }

}  // namespace vigil::sql
