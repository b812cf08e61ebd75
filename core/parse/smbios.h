// SPDX-License-Identifier: Apache-2.0
// The firmware's description of the hardware: the structure table of SMBIOS
// (DMTF DSP0134), as /sys/firmware/dmi/tables/DMI holds it.
//
// A structure is a formatted area, whose first byte tells its type, and a set
// of numbered strings that the area refers to. Firmware is careless: areas end
// early, strings are missing, the table is cut. Whatever is not there is
// answered with nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vigil::parse {

struct SmbiosStructure {
  uint8_t type = 0;
  uint16_t handle = 0;
  std::string_view formatted;  // the formatted area with its header of four bytes
  std::string_view strings;    // what follows it, without the two zero bytes at the end
  std::string_view bytes;      // all of the structure, with those zero bytes

  // Little-endian numbers at an offset into the formatted area.
  std::optional<uint8_t> byte(size_t offset) const;
  std::optional<uint16_t> word(size_t offset) const;
  std::optional<uint32_t> dword(size_t offset) const;
  std::optional<uint64_t> qword(size_t offset) const;

  // The string whose number, counted from 1, stands at `offset`; trimmed.
  // Nothing when the number is 0 or there is no such string.
  std::optional<std::string> text(size_t offset) const;
  // The string with that number itself.
  std::optional<std::string> string(unsigned number) const;
};

// Walks the structures in table order. `table` has to outlive the walk.
class SmbiosTable {
 public:
  explicit SmbiosTable(std::string_view table) : rest_(table) {}

  // The next structure; nothing at the end of the table or where it makes no sense any more.
  std::optional<SmbiosStructure> next();

 private:
  std::string_view rest_;
};

}  // namespace vigil::parse
