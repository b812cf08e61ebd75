// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "osqueryd/log/lane.h"
#include "osqueryd/log/status.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil::log;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto status = unpack_status(bytes)) {
    if (pack_status(*status) != bytes) std::abort();
    if (glog_text(*status).find('\n') != std::string::npos) std::abort();
    if (plain_text(*status).find('\n') != std::string::npos) std::abort();
  }
  if (const auto lane = unpack_lane(bytes); lane && pack_lane(*lane) != bytes) std::abort();
  if (const auto key = parse_record_key(bytes); key && record_key(Kind::alert, *key).substr(2) != bytes.substr(2)) std::abort();
  return 0;
}
