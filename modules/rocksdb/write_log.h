// SPDX-License-Identifier: Apache-2.0
// Reads the batches of RocksDB's write-ahead log, past whatever is damaged.
//
// The library's own reader drops the rest of a 32 KiB block at one flipped bit;
// a small store lives in one block.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace vigil::store {

struct WriteLogReport {
  uint64_t batches = 0;  // read in full
  uint64_t skipped = 0;  // bytes that belong to none of them
  bool whole = true;     // no such bytes before the last batch: at most the end is torn
};

// Calls `batch` with each batch of the log whose checksums hold.
WriteLogReport read_write_log(std::string_view log, const std::function<void(std::string batch)>& batch);

// CRC-32C (RFC 3720, B.4).
uint32_t crc32c(std::string_view bytes);

}  // namespace vigil::store
