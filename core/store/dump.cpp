// SPDX-License-Identifier: Apache-2.0
#include "core/store/dump.h"

namespace vigil::store {

Result<void> dump(const Store& store, const std::function<void(std::string_view line)>& sink) {
  std::optional<Error> first;
  std::string line;
  for (size_t i = 0; i < domains; ++i) {
    const auto domain = static_cast<Domain>(i);
    const auto cursor = store.scan(domain, {});
    while (cursor->next()) {
      line.assign(name(domain)).append("[").append(cursor->key()).append("]: ").append(cursor->value());
      sink(line);
    }
    if (cursor->error() && !first) first = cursor->error();
  }
  if (first) return *first;
  return {};
}

}  // namespace vigil::store
