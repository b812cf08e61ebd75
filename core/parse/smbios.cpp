// SPDX-License-Identifier: Apache-2.0
#include "core/parse/smbios.h"

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

constexpr size_t header_size = 4;
constexpr uint8_t end_of_table = 127;

template <class Number>
std::optional<Number> little_endian(std::string_view area, size_t offset) {
  if (offset > area.size() || area.size() - offset < sizeof(Number)) return std::nullopt;
  Number value = 0;
  for (size_t i = sizeof(Number); i-- > 0;) value = static_cast<Number>(value << 8 | static_cast<uint8_t>(area[offset + i]));
  return value;
}

template <>
std::optional<uint8_t> little_endian(std::string_view area, size_t offset) {
  if (offset >= area.size()) return std::nullopt;
  return static_cast<uint8_t>(area[offset]);
}

}  // namespace

std::optional<uint8_t> SmbiosStructure::byte(size_t offset) const { return little_endian<uint8_t>(formatted, offset); }
std::optional<uint16_t> SmbiosStructure::word(size_t offset) const { return little_endian<uint16_t>(formatted, offset); }
std::optional<uint32_t> SmbiosStructure::dword(size_t offset) const { return little_endian<uint32_t>(formatted, offset); }
std::optional<uint64_t> SmbiosStructure::qword(size_t offset) const { return little_endian<uint64_t>(formatted, offset); }

std::optional<std::string> SmbiosStructure::text(size_t offset) const {
  const auto number = byte(offset);
  if (!number) return std::nullopt;
  return string(*number);
}

std::optional<std::string> SmbiosStructure::string(unsigned number) const {
  if (number == 0) return std::nullopt;
  std::string_view rest = strings;
  for (unsigned i = 1; !rest.empty(); ++i) {
    const std::string_view found = cut(rest, '\0');
    if (i == number) return std::string(trim(found));
  }
  return std::nullopt;
}

std::optional<SmbiosStructure> SmbiosTable::next() {
  SmbiosStructure s;
  const auto type = little_endian<uint8_t>(rest_, 0), length = little_endian<uint8_t>(rest_, 1);
  const auto handle = little_endian<uint16_t>(rest_, 2);
  if (!type || !length || !handle || *length < header_size || *length > rest_.size()) {
    rest_ = {};
    return std::nullopt;
  }
  s.type = *type;
  s.handle = *handle;
  s.formatted = rest_.substr(0, *length);

  // A structure without strings has the two zero bytes as well.
  constexpr std::string_view end("\0\0", 2);
  const size_t zeros = rest_.find(end, *length);
  const size_t size = zeros == rest_.npos ? rest_.size() : zeros + end.size();
  s.strings = rest_.substr(*length, (zeros == rest_.npos ? size : zeros) - *length);
  s.bytes = rest_.substr(0, size);
  rest_ = s.type == end_of_table ? std::string_view() : rest_.substr(size);
  return s;
}

}  // namespace vigil::parse
