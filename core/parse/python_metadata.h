// SPDX-License-Identifier: Apache-2.0
// What an installed Python package says of itself: METADATA of a .dist-info
// directory and PKG-INFO of an .egg-info, which are headers as RFC 822 has them
// (https://packaging.python.org/specifications/core-metadata).
#pragma once

#include <string>
#include <string_view>

namespace vigil::parse {

// Empty where nothing is said.
struct PythonPackage {
  std::string name, version, summary;
  std::string author;   // or the addresses of the authors, where only these are given
  std::string license;  // the text, or the SPDX expression that newer packages have instead
};

// The headers of `text`, each on one line; what follows them is not looked at.
PythonPackage python_metadata(std::string_view text);

// True for the name of what describes an installed package: it ends in .dist-info, .egg-info or .egg.
bool is_python_package(std::string_view file_name);

// Name and version as such a file name has them: PyYAML-6.0.dist-info, lazr.uri-1.0.6-py3.11.egg-info.
PythonPackage python_file_name(std::string_view file_name);

}  // namespace vigil::parse
