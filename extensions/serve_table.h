// SPDX-License-Identifier: Apache-2.0
// A table of this program for the calls of others, by the protocol of tables.
#pragma once

#include <atomic>

#include "core/base/log.h"
#include "core/sql/engine.h"
#include "core/sql/table.h"
#include "extensions/protocol.h"

namespace vigil::extensions {

// The answer to a call of the table: its columns, or its rows on this host.
Answer serve_table(const sql::Table& table, const Request& request, const std::atomic<bool>& stop, const sql::Engine& engine, Log& log);

}  // namespace vigil::extensions
