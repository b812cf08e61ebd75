// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "modules/rocksdb/write_log.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  uint64_t batches = 0, bytes = 0;
  const auto report = vigil::store::read_write_log({reinterpret_cast<const char*>(data), size}, [&](std::string batch) {
    ++batches;
    bytes += batch.size();
  });
  // Nothing is read twice, and each batch is told.
  if (report.batches != batches || bytes + report.skipped > size) std::abort();
  return 0;
}
