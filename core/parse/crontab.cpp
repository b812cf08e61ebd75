// SPDX-License-Identifier: Apache-2.0
#include "core/parse/crontab.h"

#include <algorithm>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// NAME=value, NAME = value, "NAME" = value.
bool is_variable(std::string_view line) {
  size_t end;
  if (line[0] == '"' || line[0] == '\'') {
    end = line.find(line[0], 1);
    if (end == line.npos) return false;
    ++end;
  } else {
    end = std::min(line.find_first_of("= \t"), line.size());
  }
  const size_t next = line.find_first_not_of(" \t", end);
  return end > 0 && next != line.npos && line[next] == '=';
}

// Times may name months and days; cronie knows ~ for a random time.
bool is_time(std::string_view field, bool names) {
  return !field.empty() && std::all_of(field.begin(), field.end(), [&](char c) {
    return is_digit(c) || std::string_view("*/,-~").find(c) != std::string_view::npos || (names && is_letter(c));
  });
}

std::string squeezed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    if (!out.empty()) out += ' ';
    out += field(rest);
  }
  return out;
}

}  // namespace

Result<std::optional<CronEntry>> cron_line(std::string_view line) {
  line = trim(line);
  if (line.empty() || line[0] == '#' || is_variable(line)) return std::optional<CronEntry>();
  const auto bad = [&](const char* what) { return Error{"crontab: " + std::string(what) + " in '" + std::string(line.substr(0, 200)) + "'"}; };
  CronEntry entry;
  std::string_view rest = line;
  if (line[0] == '@') {
    entry.event = field(rest);
  } else {
    entry.minute = field(rest);
    entry.hour = field(rest);
    entry.day_of_month = field(rest);
    entry.month = field(rest);
    entry.day_of_week = field(rest);
    const bool times = is_time(entry.minute, false) && is_time(entry.hour, false) && is_time(entry.day_of_month, false);
    if (!times || !is_time(entry.month, true) || !is_time(entry.day_of_week, true)) return bad("no time");
  }
  entry.command = squeezed(rest);
  if (entry.command.empty()) return bad("no command");
  return std::optional(std::move(entry));
}

bool cron_reads_file(std::string_view name, bool debian) {
  if (name.empty()) return false;
  if (debian) return std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
  if (name[0] == '.' || name[0] == '#' || name.ends_with('~')) return false;
  for (const char* suffix : {".rpmsave", ".rpmorig", ".rpmnew", ".swp", ".cfsaved"})
    if (name.ends_with(suffix)) return false;
  return true;
}

}  // namespace vigil::parse
