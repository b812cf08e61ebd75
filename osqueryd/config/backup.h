// SPDX-License-Identifier: Apache-2.0
// The last good configuration, kept in the store for a start at which no other
// can be had.
#pragma once

#include "core/base/result.h"
#include "core/store/store.h"
#include "osqueryd/config/load.h"

namespace vigil::config {

// Replaces what is kept. Call with sources that load() accepted; writes nothing
// when they are what is kept already.
Result<void> save_backup(const Sources& sources, store::Store& store);

// Empty when none was kept.
Result<Sources> load_backup(const store::Store& store);

}  // namespace vigil::config
