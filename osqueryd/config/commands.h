// SPDX-License-Identifier: Apache-2.0
// What --config_check and --config_dump do.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/host/host.h"
#include "core/sql/engine.h"
#include "core/sql/table.h"
#include "osqueryd/config/load.h"

namespace vigil::config {

// Says on standard error what is wrong with the configuration, and what its SQL
// gets wrong about `tables`; the exit code. SQL is only warned of: a table may
// come with an extension.
int check_config(const Result<Sources>& sources, const Context& context, std::span<const sql::Table* const> tables, Host host,
                 const sql::Engine& engine);

// Prints each source on standard output as {"<source>": <its text>}, checked or not; the exit code.
int dump_config(const Result<Sources>& sources);

// The SQL of a configuration that cannot run, "SOURCE:LINE: what: why".
std::vector<std::string> check_statements(const Loaded& loaded, std::span<const sql::Table* const> tables, Host host, const sql::Engine& engine);

}  // namespace vigil::config
