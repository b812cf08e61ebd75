// SPDX-License-Identifier: Apache-2.0
#include "core/sql/choose.h"

#include <algorithm>
#include <set>
#include <string>

#include "core/parse/text.h"

namespace vigil::sql {
namespace {

std::set<std::string, std::less<>> names(std::string_view list) {
  std::set<std::string, std::less<>> out;
  while (!list.empty())
    if (const auto name = parse::trim(parse::cut(list, ',')); !name.empty()) out.emplace(name);
  return out;
}

}  // namespace

std::vector<const Table*> choose_tables(std::span<const Table* const> all, std::string_view enable, std::string_view disable) {
  const auto enabled = names(enable), disabled = names(disable);
  std::vector<const Table*> chosen;
  for (const Table* table : all) {
    const auto listed = [&](const auto& list) {
      const auto& aliases = table->info.aliases;
      return list.contains(table->info.name) || std::any_of(aliases.begin(), aliases.end(), [&](std::string_view a) { return list.contains(a); });
    };
    if (!listed(disabled) && (enabled.empty() || listed(enabled))) chosen.push_back(table);
  }
  return chosen;
}

}  // namespace vigil::sql
