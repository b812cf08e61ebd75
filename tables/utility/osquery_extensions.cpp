// SPDX-License-Identifier: Apache-2.0
// osquery_extensions: the extensions that are registered with this program.

#include "osquery_extensions.gen.h"

#include "core/sql/engine.h"

namespace vigil::tables::osquery_extensions {

sql::Rows<Row> scan(Query query) {
  for (const sql::ExtensionInfo& extension : query.engine().extensions()) {
    Row row;
    row.uuid = extension.uuid;
    row.name = extension.name;
    row.version = extension.version;
    row.sdk_version = extension.sdk_version;
    row.path = extension.path;
    row.type = extension.type;
    co_yield row;
  }
}

}  // namespace vigil::tables::osquery_extensions
