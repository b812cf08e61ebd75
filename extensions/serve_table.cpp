// SPDX-License-Identifier: Apache-2.0
#include "extensions/serve_table.h"

#include "extensions/sdk/spec_table.h"

namespace vigil::extensions {

Answer serve_table(const sql::Table& table, const Request& request, const std::atomic<bool>& stop, const sql::Engine& engine, Log& log) {
  return sdk::SpecTable(table).call({request, stop, engine, log});
}

}  // namespace vigil::extensions
