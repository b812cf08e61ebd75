// SPDX-License-Identifier: Apache-2.0
#include "core/parse/utmp.h"

#include <cstring>

namespace vigil::parse {
namespace {

template <class Number>
Number at(std::string_view record, size_t offset) {
  Number value;
  std::memcpy(&value, record.data() + offset, sizeof value);
  return value;
}

// A name fills its field without a NUL when it is as long.
std::string text(std::string_view record, size_t offset, size_t size) {
  const std::string_view field = record.substr(offset, size);
  return std::string(field.substr(0, field.find('\0')));
}

}  // namespace

std::optional<Login> login(std::string_view record) {
  if (record.size() != 384 && record.size() != 400) return std::nullopt;
  Login l;
  l.type = at<int16_t>(record, 0);
  l.pid = at<int32_t>(record, 4);
  l.line = text(record, 8, 32);
  l.user = text(record, 44, 32);
  l.host = text(record, 76, 256);
  l.time = record.size() == 384 ? at<uint32_t>(record, 340) : at<int64_t>(record, 344);
  return l;
}

std::string_view login_type_name(int64_t type) {
  constexpr std::string_view names[] = {"empty", "runlevel", "boot_time", "new_time", "old_time", "init", "login", "user", "dead", "accounting"};
  return type >= 0 && type < static_cast<int64_t>(std::size(names)) ? names[type] : "unknown";
}

}  // namespace vigil::parse
