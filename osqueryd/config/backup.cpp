// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/backup.h"

#include <string_view>

namespace vigil::config {
namespace {

constexpr std::string_view prefix = "config_persistence.";
constexpr auto domain = store::Domain::configurations;

}  // namespace

Result<void> save_backup(const Sources& sources, store::Store& store) {
  const auto kept = load_backup(store);
  if (!kept) return kept.error();
  if (*kept == sources) return {};
  store::Batch batch;
  for (const auto& [name, text] : *kept)
    if (!sources.contains(name)) batch.erase(domain, std::string(prefix) + name);
  for (const auto& [name, text] : sources) batch.put(domain, std::string(prefix) + name, text);
  return store.write(batch);
}

Result<Sources> load_backup(const store::Store& store) {
  Sources sources;
  const auto cursor = store.scan(domain, prefix);
  while (cursor->next()) sources.emplace(cursor->key().substr(prefix.size()), cursor->value());
  if (cursor->error()) return *cursor->error();
  return sources;
}

}  // namespace vigil::config
