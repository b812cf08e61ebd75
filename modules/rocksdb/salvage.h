// SPDX-License-Identifier: Apache-2.0
// Makes a sound store of a damaged one.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/store/store.h"

namespace vigil::store {

// Copies every key of the store that can still be read into a new store, which
// takes the place of the old one; that becomes <path>.backup, in place of an
// older backup. Tells what was saved. The caller holds the store's lock.
//
// The write-ahead log is applied past its damaged records, not only up to the
// first: node keys, counters and unsent logs are worth more than the certainty
// that all of one moment is there. Who keeps related keys has to bear that.
Result<std::vector<std::string>> salvage(const Settings& settings);

// Ends a salvage that had moved the old store away but died before the new one
// stood in its place.
void finish_salvage(const std::string& path);

}  // namespace vigil::store
