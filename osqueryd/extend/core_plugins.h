// SPDX-License-Identifier: Apache-2.0
// What this program's own plugins answer when an extension calls them.
#pragma once

#include "core/sql/engine.h"
#include "core/sql/table.h"
#include "extensions/protocol.h"
#include "osqueryd/results/row_set.h"

namespace vigil::extend {

// What the request says under a name; empty when it says nothing.
std::string value(const extensions::Request& request, const std::string& name);

// A row of names and texts for each row; a NULL is an empty text.
extensions::Response text_rows(const results::RowSet& rows);

}  // namespace vigil::extend
