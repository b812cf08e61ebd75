// SPDX-License-Identifier: Apache-2.0
// kernel_info: uname -r and the kernel's command line.

#include "kernel_info.gen.h"

#include "core/parse/text.h"

namespace vigil::tables::kernel_info {
namespace {

// Removes and returns the next argument. Blanks within double quotes belong to
// it, as the kernel has it.
std::string_view argument(std::string_view& rest) {
  size_t start = 0;
  while (start < rest.size() && parse::is_blank(rest[start])) ++start;
  bool quoted = false;
  size_t end = start;
  for (; end < rest.size() && (quoted || !parse::is_blank(rest[end])); ++end)
    if (rest[end] == '"') quoted = !quoted;
  const std::string_view found = rest.substr(start, end - start);
  rest = rest.substr(end);
  return found;
}

std::string plain(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  return std::string(value);
}

void add_arguments(Row& row, std::string_view line) {
  constexpr std::string_view image = "BOOT_IMAGE=", root = "root=";
  std::string others;
  for (line = parse::trim(line); !line.empty();) {
    const std::string_view one = argument(line);
    if (one.starts_with(image)) {
      row.path = plain(one.substr(image.size()));
    } else if (one.starts_with(root)) {
      row.device = plain(one.substr(root.size()));
    } else {
      if (!others.empty()) others += ' ';
      others += one;
    }
  }
  row.arguments = std::move(others);
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  // Linux version 6.1.0-13-amd64 (builder) (compiler) #1 SMP ...
  const std::string text = co_await query.host().read("/proc/version");
  std::string_view rest = text;
  Row row;
  if (parse::field(rest) == "Linux" && parse::field(rest) == "version") row.version = parse::trim(parse::field(rest));
  if (query.needs(Source::cmdline))
    if (const auto line = query.host().read("/proc/cmdline")) add_arguments(row, *line);
  co_yield row;
}

}  // namespace vigil::tables::kernel_info
