// SPDX-License-Identifier: Apache-2.0
// Ledger: what a scheduled query has cost so far, as the store keeps it:
// osquery's twelve numbers with commas between them, in its domain and order, and
// then the SQL that they are about.
#pragma once

#include <string>
#include <string_view>

#include "core/sql/engine.h"
#include "osqueryd/schedule/runner.h"

namespace vigil::schedule {

// Adds one run that started at `time`, in seconds since the epoch.
void add_run(sql::ScheduleInfo& ledger, const Usage& used, int64_t time);

std::string pack_ledger(const sql::ScheduleInfo& ledger);
// The SQL that a packed ledger is about; a change makes the numbers start anew.
std::string_view ledger_sql(std::string_view text);
// Numbers that are absent or damaged stay 0.
void unpack_ledger(std::string_view text, sql::ScheduleInfo& ledger);

}  // namespace vigil::schedule
