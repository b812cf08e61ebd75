// SPDX-License-Identifier: Apache-2.0
// package.json of an npm package (https://docs.npmjs.com/cli/configuring-npm/package-json).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vigil::parse {

struct PackageJson {
  std::optional<std::string> name, version, description, homepage;
  std::optional<std::string> author;   // the text, or the name of an author given as an object
  std::optional<std::string> license;  // the text, or the type (else the address) of a license given as an object
};

// Members of other types than expected are left empty. An error when `text` is
// no JSON object; however deep it is nested, no stack is used up.
Result<PackageJson> package_json(std::string_view text);

}  // namespace vigil::parse
