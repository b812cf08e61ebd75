// SPDX-License-Identifier: Apache-2.0
// os_version: what lsb_release(1) and os-release(5) say.
//
// Members of the Red Hat family all call themselves rhel here: saved queries
// and packs select them that way. What they are one by one is in the name.

#include "os_version.gen.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/host/identity.h"
#include "core/parse/assignments.h"
#include "core/parse/text.h"

namespace vigil::tables::os_version {
namespace {

// Files of one line that outrank os-release, and what they make of the platform.
constexpr std::pair<const char*, const char*> release_lines[] = {{"/etc/redhat-release", "rhel"}, {"/etc/gentoo-release", "gentoo"}};

// The number at the start of `text`: 20 of "20_alpha2024".
std::optional<int64_t> leading_number(std::string_view text) {
  const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  return parse::number(text.substr(0, end));
}

// "7.9.2009" into three columns. What is no number leaves 0.
void add_numbers(Row& row, std::string_view version) {
  row.major = leading_number(parse::cut(version, '.')).value_or(0);
  row.minor = leading_number(parse::cut(version, '.')).value_or(0);
  row.patch = leading_number(parse::cut(version, '.')).value_or(0);
}

void add_os_release(Row& row, std::string_view text) {
  std::string version_id;
  sql::Text other_codename;
  for (auto& [name, value] : parse::assignments(text)) {
    if (name == "NAME") {
      row.name = std::move(value);
    } else if (name == "VERSION") {
      row.version = std::move(value);
    } else if (name == "VERSION_ID") {
      version_id = std::move(value);
    } else if (name == "BUILD_ID") {
      row.build = std::move(value);
    } else if (name == "ID") {
      row.platform = std::move(value);
    } else if (name == "ID_LIKE") {
      row.platform_like = std::move(value);
    } else if (name == "VERSION_CODENAME") {
      row.codename = std::move(value);
    } else if (name.find("CODENAME") != name.npos) {
      other_codename = std::move(value);
    }
  }
  add_numbers(row, version_id);
  if (!row.version && !version_id.empty()) row.version = version_id;
  if (!row.codename) row.codename = other_codename;
}

// "CentOS Linux release 7.9.2009 (Core)". The name and numbers of os-release
// stay when this line tells less: "Fedora release 39 (Thirty Nine)".
void add_release_line(Row& row, std::string_view line, bool has_os_release) {
  row.version = line;
  constexpr std::string_view mark = " release ";
  const size_t at = line.find(mark);
  if (at == line.npos) return;
  const std::string_view rest = line.substr(at + mark.size());
  const std::string_view number = rest.substr(0, rest.find(' '));
  if (has_os_release && number.find('.') == number.npos) return;
  row.name = line.substr(0, at);
  add_numbers(row, number);
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  Row row;
  row.name = "Unknown";
  row.platform = "posix";
  add_numbers(row, {});

  auto text = host.read("/etc/os-release");
  if (!text) text = host.read("/usr/lib/os-release");
  const bool has_os_release = text && !parse::trim(*text).empty();  // Funtoo's is empty
  if (has_os_release) add_os_release(row, *text);

  for (const auto& [path, platform] : release_lines) {
    const auto line = host.read(path);
    if (!line) continue;
    row.platform = platform;
    row.platform_like = platform;
    std::vector<std::string> words;
    for (const std::string_view part : parse::lines(*line))
      for (const std::string_view word : parse::fields(parse::trim(part))) words.emplace_back(word);
    add_release_line(row, parse::join(words, " "), has_os_release);
    break;
  }

  if (query.needs(Source::machine))
    if (auto arch = machine(host)) row.arch = std::move(*arch);
  co_yield row;
}

}  // namespace vigil::tables::os_version
