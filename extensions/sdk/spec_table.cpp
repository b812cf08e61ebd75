// SPDX-License-Identifier: Apache-2.0
#include "extensions/sdk/spec_table.h"

#include <algorithm>
#include <utility>

namespace vigil::sdk {
namespace {

Trait collation(std::string_view name) {
  constexpr std::pair<std::string_view, Trait> known[] = {
      {"NOCASE", collate_nocase},
      {"RTRIM", collate_rtrim},
      {"VERSION", collate_version},
      {"VERSION_ARCH", collate_version_arch},
      {"VERSION_DPKG", collate_version_dpkg},
      {"VERSION_RHEL", collate_version_rhel},
  };
  for (const auto& [text, trait] : known)
    if (text == name) return trait;
  return plain;
}

Shape shape(const sql::TableInfo& info) {
  Shape out{std::string(info.name), {}, {info.aliases.begin(), info.aliases.end()}, info.cacheable, info.user_data};
  for (const sql::Column& c : info.columns) {
    // Of a group of columns one is enough, which the wire cannot say; the table refuses what has none.
    const auto others =
        std::count_if(info.columns.begin(), info.columns.end(), [&](const sql::Column& other) { return other.required == c.required; });
    Trait traits = collation(c.collate);
    if (!c.required.empty() && others == 1) {
      traits = traits | required;
    } else if (c.key || !c.required.empty()) {
      traits = traits | key;
    }
    if (c.additional) traits = traits | additional;
    if (c.hidden) traits = traits | hidden;
    out.columns.push_back({std::string(c.name), c.type, traits, {c.aliases.begin(), c.aliases.end()}, std::string(c.required), c.like, c.source});
  }
  return out;
}

}  // namespace

SpecTable::SpecTable(const sql::Table& table) : TablePlugin(shape(table.info)), table_(table) {}

Result<std::unique_ptr<sql::Scanner>> SpecTable::open(sql::QueryBase query) const {
  auto cursor = table_.open(table_, std::move(query));
  if (!cursor) return cursor.error();
  return std::unique_ptr<sql::Scanner>(std::move(*cursor));
}

}  // namespace vigil::sdk
