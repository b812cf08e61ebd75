// SPDX-License-Identifier: Apache-2.0
// The format: blocks of 32 KiB hold records of a checksum, a size, a type and
// bytes. A batch is one record, or a first, any number of middle ones and a
// last. What is too short for a header at a block's end is zero. Types 5 to 8
// are those of reused files, with the file's number before the bytes.
#include "modules/rocksdb/write_log.h"

#include <array>
#include <optional>

namespace vigil::store {
namespace {

constexpr size_t block_size = 32 * 1024, header_size = 7, number_size = 4;

enum class Part : uint8_t { full = 1, first, middle, last };

struct Record {
  Part part;
  std::string_view bytes;
  size_t size;  // with its header
};

uint32_t little_endian(std::string_view bytes, size_t size) {
  uint32_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// The checksum is stored rotated and moved, so that the checksum of bytes that
// contain a checksum is sound.
uint32_t masked(uint32_t crc) { return (crc >> 15 | crc << 17) + 0xa282ead8u; }

std::optional<Record> record(std::string_view block) {
  if (block.size() < header_size) return std::nullopt;
  const size_t size = little_endian(block.substr(4), 2);
  const auto type = static_cast<unsigned char>(block[6]);
  if (type < 1 || type > 8 || header_size + size > block.size()) return std::nullopt;
  const bool numbered = type > 4;
  if (numbered && header_size + number_size + size > block.size()) return std::nullopt;
  const size_t extra = numbered ? number_size : 0;
  if (little_endian(block, 4) != masked(crc32c(block.substr(6, 1 + extra + size)))) return std::nullopt;
  return Record{static_cast<Part>((type - 1) % 4 + 1), block.substr(header_size + extra, size), header_size + extra + size};
}

bool is_zero(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

// Puts the parts of batches together.
class Assembler {
 public:
  Assembler(const std::function<void(std::string)>& batch, WriteLogReport& report) : batch_(batch), report_(report) {}

  void add(const Record& record) {
    if (record.part == Part::full || record.part == Part::first) {
      drop();
      pending_ = record.bytes;
      open_ = true;
    } else if (open_) {
      pending_ += record.bytes;
    } else {
      report_.skipped += record.size;
      return;
    }
    if (record.part == Part::first || record.part == Part::middle) return;
    ++report_.batches;
    report_.whole = report_.skipped == 0;
    open_ = false;
    batch_(std::move(pending_));
    pending_.clear();
  }

  // What is pending will not be completed.
  void drop() {
    report_.skipped += pending_.size();
    pending_.clear();
    open_ = false;
  }

 private:
  const std::function<void(std::string)>& batch_;
  WriteLogReport& report_;
  std::string pending_;
  bool open_ = false;
};

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  static constexpr auto table = [] {
    std::array<uint32_t, 256> entries{};
    for (uint32_t i = 0; i < 256; ++i) {
      uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0x82f63b78u : 0);
      entries[i] = value;
    }
    return entries;
  }();
  uint32_t crc = ~0u;
  for (const char c : bytes) crc = crc >> 8 ^ table[(crc ^ static_cast<unsigned char>(c)) & 0xff];
  return ~crc;
}

WriteLogReport read_write_log(std::string_view log, const std::function<void(std::string batch)>& batch) {
  WriteLogReport report;
  Assembler assembler(batch, report);
  for (size_t start = 0; start < log.size(); start += block_size) {
    std::string_view block = log.substr(start, block_size);
    while (!block.empty() && !is_zero(block)) {
      if (const auto found = record(block)) {
        assembler.add(*found);
        block.remove_prefix(found->size);
      } else {
        // The next record may start at any byte.
        assembler.drop();
        ++report.skipped;
        block.remove_prefix(1);
      }
    }
  }
  assembler.drop();
  return report;
}

}  // namespace vigil::store
