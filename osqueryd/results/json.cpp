// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/results/json.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

#include "core/parse/display.h"
#include "core/parse/utf8.h"

namespace vigil::results {
namespace {

constexpr char hex[] = "0123456789ABCDEF";

void append_escape(std::string& out, unsigned char c) {
  constexpr std::string_view special = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  out += '\\';
  if (const size_t at = special.find(static_cast<char>(c)); at != special.npos) {
    out += letters[at];
    return;
  }
  out += "u00";
  out += hex[c >> 4];
  out += hex[c & 15];
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  if (!parse::is_utf8(text)) return append_string(out, parse::valid_utf8(text));
  out += '"';
  size_t plain = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    append_escape(out, c);
    plain = i + 1;
  }
  out.append(text, plain);
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

std::string json_number(double value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  if (!writer.Double(value)) return "null";
  return {buffer.GetString(), buffer.GetSize()};
}

void Fields::set(std::string_view key, std::string json) {
  std::erase_if(members_, [&](const auto& member) { return member.first == key; });
  members_.emplace_back(key, std::move(json));
}

std::string Fields::object() const {
  std::string out = "{";
  for (const auto& [key, json] : members_) {
    if (out.size() > 1) out += ',';
    append_string(out, key);
    (out += ':') += json;
  }
  out += '}';
  return out;
}

}  // namespace vigil::results
