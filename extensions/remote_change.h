// SPDX-License-Identifier: Apache-2.0
// Asking an extension to insert, change or delete a row of its table.
#pragma once

#include <atomic>

#include "core/sql/table.h"

namespace vigil::extensions {

struct RemoteDescription;

sql::Changed change_rows(const RemoteDescription& table, const sql::Change& change, const std::atomic<bool>* stop);

}  // namespace vigil::extensions
