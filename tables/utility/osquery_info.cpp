// SPDX-License-Identifier: Apache-2.0
// osquery_info: the running program itself.

#include "osquery_info.gen.h"

#include "core/host/identity.h"
#include "core/sql/engine.h"

namespace vigil::tables::osquery_info {
namespace {

// POSIX and Linux, in osquery's numbering of platforms.
constexpr int64_t platform_mask = 0x01 | 0x08;

}  // namespace

sql::Rows<Row> scan(Query query) {
  const sql::ProgramInfo program = query.engine().program();
  Row row;
  row.pid = program.pid;
  if (query.needs(Source::firmware)) row.uuid = hardware_uuid(query.host()).value_or(program.uuid);
  row.instance_id = program.instance_id;
  row.version = program.version;
  if (!program.config_hash.empty()) row.config_hash = program.config_hash;
  row.config_valid = program.config_valid;
  row.extensions = program.extensions;
  row.build_platform = program.build_platform;
  row.build_distro = program.build_distro;
  row.start_time = program.start_time;
  row.watcher = program.watcher;
  row.platform_mask = platform_mask;
  co_yield row;
}

}  // namespace vigil::tables::osquery_info
