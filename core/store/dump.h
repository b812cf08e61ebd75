// SPDX-License-Identifier: Apache-2.0
// All that a store holds, as lines for a person.
#pragma once

#include <functional>
#include <string_view>

#include "core/store/store.h"

namespace vigil::store {

// Calls `sink` with "domain[key]: value" for each key of each domain, in order.
// The bytes are as stored. What cannot be read ends its domain alone; the first
// error comes back at the end.
Result<void> dump(const Store& store, const std::function<void(std::string_view line)>& sink);

}  // namespace vigil::store
