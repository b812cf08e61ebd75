// SPDX-License-Identifier: Apache-2.0
#include "core/store/store.h"

#include "core/sql/module.h"
#include "core/store/rocksdb_module.h"

namespace vigil::store {

std::string_view name(Domain domain) {
  constexpr std::string_view names[domains] = {"configurations",      "queries",          "events", "logs", "carves", "distributed",
                                               "distributed_running", "query_performance"};
  return names[static_cast<size_t>(domain)];
}

Result<Opened> open_store(const Settings& settings, const std::function<bool()>& wait) {
  const auto module = sql::module_interface<VigilRocksdb>("rocksdb", "vigil_rocksdb");
  if (!module) return module.error();
  return (*module)->open(settings, wait);
}

}  // namespace vigil::store
