// SPDX-License-Identifier: Apache-2.0
#include "core/parse/python_metadata.h"

#include "core/parse/deb822.h"
#include "core/parse/text.h"

namespace vigil::parse {
namespace {

constexpr std::string_view suffixes[] = {".dist-info", ".egg-info", ".egg"};

// The lines of a folded header as one.
std::string unfolded(std::string_view value) {
  std::string out;
  while (!value.empty()) {
    const std::string_view line = trim(cut(value, '\n'));
    if (line.empty()) continue;
    if (!out.empty()) out += ' ';
    out += line;
  }
  return out;
}

}  // namespace

PythonPackage python_metadata(std::string_view text) {
  PythonPackage package;
  std::string_view addresses, expression;
  // Debian's control files and these headers have one grammar; the first empty line ends them.
  Deb822 headers(text);
  headers.next_stanza();
  while (headers.next_field()) {
    std::string* const cell = headers.is("name")      ? &package.name
                              : headers.is("version") ? &package.version
                              : headers.is("summary") ? &package.summary
                              : headers.is("author")  ? &package.author
                              : headers.is("license") ? &package.license
                                                      : nullptr;
    if (cell && cell->empty())
      *cell = unfolded(headers.value());
    else if (headers.is("author-email") && addresses.empty())
      addresses = headers.value();
    else if (headers.is("license-expression") && expression.empty())
      expression = headers.value();
  }
  if (package.author.empty()) package.author = unfolded(addresses);
  if (package.license.empty()) package.license = unfolded(expression);
  return package;
}

bool is_python_package(std::string_view file_name) {
  for (const auto suffix : suffixes)
    if (file_name.size() > suffix.size() && file_name.ends_with(suffix)) return true;
  return false;
}

PythonPackage python_file_name(std::string_view file_name) {
  for (const auto suffix : suffixes)
    if (file_name.ends_with(suffix)) {
      file_name.remove_suffix(suffix.size());
      break;
    }
  PythonPackage package;
  package.name = cut(file_name, '-');
  package.version = cut(file_name, '-');
  return package;
}

}  // namespace vigil::parse
