// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/syslog_message.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "core/base/clock.h"
#include "core/parse/display.h"

namespace vigil::log {
namespace {

std::string priority(const SyslogMessage& message) { return '<' + std::to_string(message.facility * 8 + message.severity) + '>'; }

// PRINTUSASCII, at most so long; "-" for nothing.
std::string name(std::string_view text, size_t most) {
  std::string out;
  for (const char c : text.substr(0, most)) out += c > ' ' && c < 0x7f ? c : '_';
  return out.empty() ? "-" : out;
}

std::string parameter(std::string_view value) {
  std::string out;
  // What printable() escapes begins with a backslash, which is escaped in turn.
  for (const char c : parse::printable(value)) {
    if (c == '"' || c == '\\' || c == ']') out += '\\';
    out += c;
  }
  return out;
}

tm broken_down(int64_t time, int64_t& fraction, bool local) {
  fraction = time % Clock::second;
  if (fraction < 0) fraction += Clock::second;
  const time_t seconds = (time - fraction) / Clock::second;
  tm parts{};
  local ? ::localtime_r(&seconds, &parts) : ::gmtime_r(&seconds, &parts);
  return parts;
}

// Finds the string at one of the places where envelopes name the query.
class FindQuery : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, FindQuery> {
 public:
  bool Default() { return true; }
  bool StartObject() {
    path_.push_back(key_);
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    path_.pop_back();
    return true;
  }
  bool StartArray() {
    path_.emplace_back("[");
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    path_.pop_back();
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    key_.assign(text, size);
    return true;
  }
  // False stops the reader: the name is found.
  bool String(const char* text, rapidjson::SizeType size, bool) {
    using Path = std::vector<std::string>;
    const bool here =
        (key_ == "name" && (path_ == Path{""} || path_ == Path{"", "rule"})) || (key_ == "log_path" && path_ == Path{"", "data", "server_log"});
    if (here) found.assign(text, size);
    return !here;
  }

  std::string found;

 private:
  std::string key_;
  std::vector<std::string> path_;
};

}  // namespace

std::string bsd_syslog(const SyslogMessage& message) {
  constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int64_t fraction;
  const tm parts = broken_down(message.time, fraction, true);
  char time[64];
  std::snprintf(time, sizeof time, "%s %2d %02d:%02d:%02d ", months[static_cast<size_t>(parts.tm_mon)], parts.tm_mday, parts.tm_hour, parts.tm_min,
                parts.tm_sec);
  return priority(message) + time + name(message.program, 48) + '[' + std::to_string(message.pid) + "]: " + parse::printable(message.text);
}

std::string rfc5424(const SyslogMessage& message) {
  int64_t fraction;
  const tm parts = broken_down(message.time, fraction, false);
  char time[96];
  std::snprintf(time, sizeof time, "1 %04d-%02d-%02dT%02d:%02d:%02d.%06dZ ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                parts.tm_min, parts.tm_sec, static_cast<int>(fraction));
  std::string out = priority(message) + time + name(message.host, 255) + ' ' + name(message.program, 48) + ' ' + std::to_string(message.pid) + ' ' +
                    name(message.id, 32) + ' ';
  out += "[vigil@32473";
  for (const auto& [key, value] : message.parameters) ((((out += ' ') += name(key, 32)) += "=\"") += parameter(value)) += '"';
  return out + "] " + parse::printable(message.text);
}

std::string query_of(std::string_view line) {
  rapidjson::MemoryStream stream(line.data(), line.size());
  rapidjson::Reader reader;
  FindQuery find;
  (void)reader.Parse<rapidjson::kParseIterativeFlag>(stream, find);
  return std::move(find.found);
}

}  // namespace vigil::log
